// SPDX-License-Identifier: Apache-2.0
#include "app/commands/window_options.h"

#include <cstdio>
#include <filesystem>

#include "app/commands/case_arguments.h"
#include "app/session/session_file.h"
#include "losses/drivers/cuda.h"

namespace lossscope::commands {
namespace {

void choose_loss(const WindowArguments& arguments, Session& session) {
  const std::string id = arguments.loss.empty() ? session.loss.id : arguments.loss;
  if (id == kScriptLoss) {  // of a session file; it has no parameters to set
    if (!arguments.settings.empty()) {
      throw UsageError("--set does not apply to the loss 'torchscript' of the session");
    }
    return;
  }
  const auto configured = configure_losses({id}, false, arguments.settings, {}, session).front();
  session.loss.id = std::string(configured.loss->declaration().id);  // a sum's text has weights besides
  const auto before = session.loss.values_of(*configured.loss);
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (configured.parameters[i] != before[i]) {
      session.loss.parameters[session.loss.id][std::string(configured.loss->parameters()[i].id)] =
          configured.parameters[i];
    }
  }
}

/// What stands behind `--set a=1 b=2` up to the next option may be files to open, too.
std::vector<std::string> take_files(std::vector<std::string>& settings) {
  std::vector<std::string> files;
  std::erase_if(settings, [&files](const std::string& said) {
    std::error_code unknown;
    const bool is_file = std::filesystem::exists(said, unknown);
    if (is_file) {
      files.push_back(said);
    }
    return is_file;
  });
  return files;
}

/// The device as it was asked for, once it has been seen to be there; asking costs nothing unless it is a GPU.
std::string checked_device(const std::string& id) {
  try {
    if (!id.empty() && device_index(id) >= 0) {
      (void)make_driver(id);
    }
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
  return id;
}

void choose_size(const std::string& text, WindowOptions& options) {
  char rest = 0;
  if (!text.empty() &&
      (std::sscanf(text.c_str(), "%dx%d%c", &options.width, &options.height, &rest) != 2 || options.width < 320 ||
       options.height < 240 || options.width > 16384 || options.height > 16384)) {
    throw UsageError("--size takes WIDTHxHEIGHT from 320x240 to 16384x16384, not '" + text + "'");
  }
}

}  // namespace

void add_window_options(CLI::App& app, WindowArguments& a) {
  app.add_option("FILES", a.files, "Files to open, sorted into image, mask and prediction by their content");
  app.add_option("-i,--image", a.image, "The image");
  app.add_option("-m,--mask", a.mask, "The mask (ground truth)");
  app.add_option("-p,--prediction", a.predictions, "The prediction; repeated: its files, one a channel")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--loss", a.loss, "Id of the loss to show; a weighted sum is 2*dice+1*bce");
  app.add_option("--set", a.settings, "Parameters: NAME=VALUE, several in a row or repeated")->type_name("NAME=VALUE");
  app.add_option("--session", a.session, "A session file");
  app.add_flag("--recover", a.recover, "Bring back the session of a window that did not end properly");
  app.add_option("--sample", a.sample, "Open a sample case")->check(CLI::IsMember({"mni-head", "phantom"}));
  app.add_option("--demo", a.demo, "Lead through a demo: its name (imbalance, focal, ...) or a Markdown file")
      ->type_name("NAME|FILE.md");
  app.add_option("--device", a.device, "cpu or cuda[:N]");
  app.add_option("--screenshot", a.screenshot, "Save the window as a picture once everything is computed, then leave")
      ->type_name("OUT.png");
  app.add_option("--size", a.size, "Size of the window")->type_name("WxH");
  add_answer_options(app, a.answers);
}

WindowOptions window_options(WindowArguments arguments) {
  const std::vector<std::string> behind_set = take_files(arguments.settings);
  arguments.files.insert(arguments.files.end(), behind_set.begin(), behind_set.end());
  WindowOptions options;
  options.device = checked_device(arguments.device);
  if (!arguments.session.empty()) {
    options.session = options.saved_session = read_session(arguments.session);
    options.session_path = std::filesystem::absolute(arguments.session).string();
  }
  Session& session = options.session;
  if (!arguments.image.empty()) {
    session.study.image = {.path = arguments.image};
  }
  if (!arguments.mask.empty()) {
    session.study.mask = {.path = arguments.mask};
  }
  if (!arguments.predictions.empty()) {
    session.predict_from<FromFile>().file = parsed([&] { return prediction_of(arguments.predictions); });
  }
  apply_answers(arguments.answers, session);
  options.answers.predict_from<FromFile>();  // there may be one among the files
  apply_answers(arguments.answers, options.answers);
  choose_loss(arguments, session);
  choose_size(arguments.size, options);
  options.files = arguments.files;
  options.sample = arguments.sample;
  options.screenshot = arguments.screenshot;
  options.demo = arguments.demo;
  options.recover = arguments.recover;
  return options;
}

}  // namespace lossscope::commands
