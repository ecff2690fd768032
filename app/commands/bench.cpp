// SPDX-License-Identifier: Apache-2.0
// lossscope bench: ours, LibTorch's eager autograd and a copy of the bytes, timed in one process.
#include <cmath>
#include <cstdio>
#include <iostream>

#include "app/commands/command.h"
#include "app/commands/loss_arguments.h"
#include "app/io/helper_answer.h"
#include "losses/drivers/driver.h"
#include "losses/parallel.h"

namespace lossscope::commands {
namespace {

constexpr int kSilenceSeconds = 600;

struct BenchOptions {
  std::array<std::int64_t, 3> size{181, 217, 181};
  int threads = 0, rounds = 7, classes = 1;
  bool fastest = false;
  std::string wrt, device = "cpu", pages = "both";  ///< wrt: empty where it was not said
  std::vector<std::string> losses;
};

/// What the losses are given, and what the gradient is by.
std::string wrt_of(const BenchOptions& options) {
  return !options.wrt.empty() ? options.wrt : options.classes > 1 ? "logit" : "probability";
}

/// What a process of its own measured; `large_pages`: LibTorch's memory comes in pages of 2 MB, as ours does.
Json ask(const BenchOptions& options, bool large_pages, const std::stop_token& stop) {
  std::vector<std::string> names = options.losses;
  if (options.classes > 1 && names.empty()) {
    names = {"dice+bce", "dice", "focal"};
  }
  const auto losses = configure_losses(names, names.empty(), {}, "");
  if (options.classes == 1) {
    names.clear();
    for (const ConfiguredLoss& loss : losses) {
      names.emplace_back(loss.loss->declaration().id);
    }
  }
  HelperRequest request;
  request.json["bench"] = {{"size", options.size},
                           {"threads", resolve_threads(options.threads)},
                           {"rounds", options.rounds},
                           {"wrt", wrt_of(options)},
                           {"losses", names}};
  if (options.classes > 1) {
    request.json["bench"]["classes"] = options.classes;
  }
  request.limits.silence_seconds = kSilenceSeconds;
  request.stop = stop;
  if (large_pages) {
    request.environment = {"GLIBC_TUNABLES=glibc.malloc.hugetlb=1"};  // malloc asks for them (glibc 2.35)
  }
  const Progress show = terminal_progress();
  request.progress = show;
  const auto [answer, end] = ask_helper("lossscope-models", request);
  if (show) {
    show(1, "done");
  }
  if (!answer.is_object()) {
    throw std::runtime_error("lossscope-models ended without an answer: is there memory for a dozen float volumes?");
  }
  return answer;
}

/// Ratios and rates of one loss from its times; none to eager where LibTorch has no formula of that loss. As fast as a
/// copy is as fast as memory allows: "bound" is how many times faster than eager that would be.
Json with_ratios(Json loss, double voxels, bool fastest) {
  if (fastest) {
    loss["seconds"] = loss["fastest"];
  }
  loss.erase("fastest");
  const double evaluate = loss["seconds"]["evaluate"], copy = loss["seconds"]["copy"];
  const double bytes = voxels * loss["bytes_per_voxel"].get<double>();
  loss["ratios"] = {{"copy", copy / evaluate}};
  if (loss["seconds"].contains("eager")) {
    const double eager = loss["seconds"]["eager"];
    loss["ratios"].update({{"eager", eager / evaluate}, {"bound", eager / copy}});
  }
  loss["gigabytes_per_second"] = {{"evaluate", bytes / evaluate * 1e-9}, {"copy", bytes / copy * 1e-9}};
  return loss;
}

/// A number of the table; "-" where there is none.
std::string cell(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return std::isnan(value) ? "-" : text;
}

/// Which pages were used, as the kernel told: of the first loss, for all have the same.
std::string pages_of(const Json& loss) {
  const Json& pages = loss["pages"];
  return "ours and its copy " + pages["ours"].get<std::string>() + " and " + pages["copy"].get<std::string>() +
         ", LibTorch's " + pages["libtorch"].get<std::string>();
}

void print_speeds(const Json& json) {
  const Json large = json["losses"][0].value("large_pages", Json());
  const std::string classes =
      json.contains("classes") ? " in " + std::to_string(json["classes"].get<int>()) + " classes of a softmax" : "";
  std::printf(
      "%lld x %lld x %lld voxels%s, %d threads, %s kernels, LibTorch %s, input and gradient: %s.\n"
      "ours: value + contribution + gradient. eager: LibTorch autograd, value + gradient, float32, textbook formulas\n"
      "on its fused cross-entropy. copy: memcpy that reads and writes together the bytes that must move. at most:\n"
      "eager over copy, what memory allows. gather: what three slices need, copied together when the crosshair moves.\n"
      "slices: finish and their maps when a parameter changes. Both one thread.\n"
      "Pages of memory: %s.\n2 MB/x: eager/x of a second process: %s.\n"
      "%s of %d interleaved rounds; fields are given, their time stands apart.\n\n"
      "%-14s %9s %9s %8s %8s %9s %9s %8s %7s %10s %10s %10s\n",
      json["size"][0].get<long long>(), json["size"][1].get<long long>(), json["size"][2].get<long long>(),
      classes.c_str(), json["threads"].get<int>(), json["kernels"].get<std::string>().c_str(),
      json["libtorch"].get<std::string>().c_str(), json["wrt"].get<std::string>().c_str(),
      pages_of(json["losses"][0]).c_str(), large.is_null() ? "not measured" : pages_of(large).c_str(),
      json["statistic"] == "median" ? "Medians" : "The fastest", json["rounds"].get<int>(), "loss", "ours ms",
      "eager ms", "eager/x", "2 MB/x", "at most", "copy ms", "of copy", "GB/s", "gather ms", "slices ms", "fields ms");
  for (const Json& loss : json["losses"]) {
    const auto ms = [&](const char* name) { return 1e3 * loss["seconds"][name].get<double>(); };
    const auto ratio = [&](const char* name) { return loss["ratios"].value(name, std::nan("")); };
    const double with_large =
        loss.contains("large_pages") ? loss["large_pages"]["ratios"].value("eager", std::nan("")) : std::nan("");
    std::printf("%-14s %9.2f %9s %8s %8s %9s %9.2f %6.0f %% %7.1f %10.3f %10.3f %10.1f\n",
                loss["id"].get<std::string>().c_str(), ms("evaluate"),
                cell("%.2f", 1e3 * loss["seconds"].value("eager", std::nan(""))).c_str(),
                cell("%.1fx", ratio("eager")).c_str(), cell("%.1fx", with_large).c_str(),
                cell("%.1fx", ratio("bound")).c_str(), ms("copy"), 100 * ratio("copy"),
                loss["gigabytes_per_second"]["evaluate"].get<double>(), ms("gather"), ms("slices"), ms("fields"));
  }
}

void run_bench(const BenchOptions& options, const std::string& target, const std::stop_token& stop) {
  if (options.device != "cpu") {
    throw DeviceFailure("bench times the CPU, not " + options.device + "; resources/cuda/on_gpu.sh times a GPU");
  }
  if (options.classes > 1 && options.wrt == "probability") {
    throw UsageError("--classes is of a softmax's logits: --wrt probability is for one structure");
  }
  const Json answer = ask(options, options.pages == "large", stop);
  const Json large = options.pages == "both" ? ask(options, true, stop) : Json();
  Json json{{"lossscope", LOSSSCOPE_VERSION},
            {"device", "cpu"},
            {"threads", answer["threads"]},
            {"kernels", answer["kernels"]},
            {"size", options.size},
            {"wrt", wrt_of(options)},
            {"rounds", options.rounds},
            {"libtorch", answer["libtorch"]},
            {"statistic", options.fastest ? "fastest" : "median"}};
  if (options.classes > 1) {
    json["classes"] = options.classes;
  }
  const double voxels = static_cast<double>(options.size[0] * options.size[1] * options.size[2]);
  for (std::size_t at = 0; at < answer["losses"].size(); ++at) {
    Json loss = with_ratios(answer["losses"][at], voxels, options.fastest);
    if (!large.is_null()) {
      loss["large_pages"] = with_ratios(large["losses"][at], voxels, options.fastest);
    }
    json["losses"].push_back(std::move(loss));
  }
  if (target.empty()) {
    print_speeds(json);
  } else {
    write_json(json, target);
  }
}

}  // namespace

void add_bench(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("bench", "Time the losses beside LibTorch's autograd and a copy of the memory");
  auto o = std::make_shared<BenchOptions>();
  command->add_option("--size", o->size, "Voxels along i,j,k")
      ->delimiter(',')
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{2048}))
      ->type_name("N,N,N");
  command->add_option("--loss", o->losses, "Only these losses")->delimiter(',')->type_name("ID,...");
  command
      ->add_option("--wrt", o->wrt,
                   "What the losses are given, and what the gradient is by: probability, or logit as of --classes")
      ->check(CLI::IsMember({"probability", "logit"}));
  command
      ->add_option(
          "--classes", o->classes,
          "Over so many classes of a softmax, from logits and by them: value, contribution and the gradient of "
          "every channel; --loss takes sums, too (dice+bce)")
      ->check(CLI::Range(2, 254))
      ->type_name("N");
  command->add_option("--rounds", o->rounds, "Rounds of which the median is shown")->check(CLI::Range(1, 1000));
  command->add_flag("--fastest", o->fastest, "Show the fastest round instead, where the machine has other work, too");
  command
      ->add_option("--pages", o->pages,
                   "Pages of LibTorch's memory: as malloc hands them out, of 2 MB as ours are, or one after the other")
      ->check(CLI::IsMember({"default", "large", "both"}));
  command->add_option("--threads", o->threads, "Threads; 0 means all cores")->check(CLI::Range(0, 1024));
  command->add_option("--device", o->device, "cpu or cuda[:N]");
  command->add_option("--json", chosen.json, "Write JSON to a file, or to stdout with -")->type_name("OUT");
  command->callback(
      [&chosen, o] { chosen.run = [&chosen, o](const std::stop_token& stop) { run_bench(*o, chosen.json, stop); }; });
}

}  // namespace lossscope::commands
