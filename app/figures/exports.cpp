// SPDX-License-Identifier: Apache-2.0
#include "app/figures/exports.h"

#include <cmath>
#include <iomanip>
#include <sstream>

namespace lossscope {

int write_all_maps(FigureMaker& maker, const std::string& folder, int threads, const Progress& progress,
                   std::stop_token stop) {
  const ConfiguredLoss& loss = maker.losses().front();
  const auto frame = maker.frame({});
  const CaseData& data = *frame->data;
  const LossResult& result = FigureMaker::result_of(*frame);
  const std::string id(loss.loss->declaration().id);
  int written = 0;
  constexpr int kFiles = 6;
  const auto write = [&](const Volume& volume, const std::string& name) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    if (progress) {
      progress(static_cast<double>(written) / kFiles, "writing " + name);
    }
    write_volume(volume, folder + "/" + name + ".nii.gz");
    ++written;
  };
  const std::array kinds{
      std::pair(MapKind::contribution, "_contribution"), std::pair(MapKind::gradient_probability, "_gradient_p"),
      std::pair(MapKind::gradient_logit, "_gradient_z"), std::pair(MapKind::counterfactual, "_what_if")};
  const Volume map = make_volume(data.grid, VoxelType::float32);
  for (const auto& [kind, name] : kinds) {
    if (result.loss->has_map(kind, result.fields)) {
      const std::span<float> out[]{map.voxels<float>()};
      result.map_volume({&kind, 1}, out, threads, stop);
      write(map, id + name);
    }
  }
  write(data.prediction, "prediction");
  FieldCache fields;
  write(fields.get({FieldKind::mask_distance, {}}, result.problem, stop)->map, "distance_to_mask");
  return written;
}

std::string loss_table_csv(FigureMaker& maker, const Progress& progress, std::stop_token stop) {
  std::ostringstream text;
  text << std::setprecision(17) << "loss,value,tp,fp,fn,tn,boundary\n";
  const auto cell = [&text](double value) {
    text << ',';
    if (std::isfinite(value)) {
      text << value;
    }
  };
  double done = 0;
  for (const ConfiguredLoss& loss : maker.losses()) {
    if (stop.stop_requested()) {
      throw Cancelled();
    }
    if (progress) {
      progress(done++ / static_cast<double>(maker.losses().size()), loss.loss->declaration().name);
    }
    const auto frame = maker.frame({}, loss.loss->declaration().id);
    text << loss.loss->declaration().id;
    cell(FigureMaker::result_of(*frame).reduction.value);
    const LossStatisticsPtr statistics = maker.statistics(frame->result);
    for (const double part : statistics->contribution) {
      cell(part);
    }
    cell(statistics->boundary);
    text << '\n';
  }
  return text.str();
}

std::vector<ConfiguredLoss> every_loss(const Session& session) {
  std::vector<ConfiguredLoss> losses;
  for (const Loss* loss : all_losses()) {
    losses.push_back({loss, session.loss.values_of(*loss)});
  }
  return losses;
}

}  // namespace lossscope
