// SPDX-License-Identifier: Apache-2.0
#include "app/figures/movie.h"

#include <vtkNew.h>
#include <vtkOggTheoraWriter.h>

#include "app/io/safe_file.h"
#include "widgets/vtk_image.h"

namespace lossscope {

struct Movie::Parts {
  std::string path;
  SafeFile file;
  vtkNew<vtkOggTheoraWriter> writer;
  bool begun = false;

  explicit Parts(const std::string& target) : path(target), file(target) {}

  void check() {
    if (writer->GetError() != 0) {
      const int no_space = file.no_space();
      throw no_space != 0 ? WriteError(path, no_space)
                          : WriteError(path, "the film could not be encoded", "Choose a smaller picture, or no film.");
    }
  }
};

Movie::Movie(const std::string& path, int rate) : parts_(std::make_unique<Parts>(path)) {
  constexpr int kBest = 2;
  parts_->writer->SetFileName(parts_->file.temporary().c_str());
  parts_->writer->SetRate(rate);
  parts_->writer->SetQuality(kBest);
}

Movie::~Movie() {
  if (parts_->begun) {
    parts_->writer->End();
  }
}

void Movie::add(const QImage& picture) {
  parts_->writer->SetInputData(widgets::vtk_image(picture));
  if (!parts_->begun) {
    parts_->writer->Start();
    parts_->begun = true;
    parts_->check();
  }
  parts_->writer->Write();
  parts_->check();
}

void Movie::finish() {
  if (std::exchange(parts_->begun, false)) {
    parts_->writer->End();
    parts_->check();
  }
  parts_->file.commit();
}

}  // namespace lossscope
