// SPDX-License-Identifier: Apache-2.0
#include "app/commands/case_arguments.h"

#include "app/session/session_file.h"

namespace lossscope::commands {
namespace {

void choose_prediction(const CaseArguments& arguments, Session& session, const std::stop_token& stop) {
  if (arguments.predictions.empty() == arguments.predict.empty()) {
    throw UsageError("say either --prediction FILE or --predict SPEC (perfect, degrade:..., model:FILE.pt)");
  }
  if (!arguments.predictions.empty()) {
    session.predict_from<FromFile>().file = parsed([&] { return prediction_of(arguments.predictions); });
    return;
  }
  constexpr std::string_view kModel = "model:";
  if (arguments.predict.starts_with(kModel)) {
    choose_model(arguments.predict.substr(kModel.size()), arguments.model, session, stop);
    return;
  }
  const auto kind = arguments.answers.given.find(Question::kind);
  if (kind != arguments.answers.given.end() && !kind->second.empty()) {
    throw UsageError("--kind is said of the numbers in a file, not of a mask that is degraded");
  }
  Degradation& degradation = session.predict_from<FromMask>().degradation;
  if (arguments.predict.starts_with("degrade:")) {
    degradation = parsed([&] { return parse_degradation(arguments.predict.substr(8)); });
  } else if (arguments.predict != "perfect") {
    throw UsageError("--predict cannot be '" + arguments.predict +
                     "'; valid: perfect, degrade:shift=2,0,0;dilate=1.5;..., model:FILE.pt");
  }
}

/// A session may be saved before it has a prediction.
void check_prediction(const Session& session) {
  const auto* file = session.prediction().from<FromFile>();
  const auto* model = session.prediction().from<FromModel>();
  const bool has_one = session.prediction().from<FromMask>() != nullptr ||
                       (file != nullptr && !file->file.path.empty()) ||
                       (model != nullptr && !model->model.path.empty());
  if (!has_one) {
    throw UsageError(
        "the session has no prediction: say which with --prediction FILE, or --predict SPEC (perfect, degrade:..., "
        "model:FILE.pt)");
  }
}

}  // namespace

void add_case_options(CLI::App& command, CaseArguments& a) {
  command.add_option("--mask", a.mask, "The mask (ground truth)");
  command
      .add_option("--prediction", a.predictions,
                  "The prediction: a volume of probabilities, logits or labels; or one file a "
                  "channel, several in a row or repeated, in the order of the numbers in their names")
      ->type_name("FILE");
  command.add_option(
      "--predict", a.predict,
      "Make the prediction from the mask: perfect, degrade:shift=2,0,0;dilate=1.5;..., or from the image "
      "by a TorchScript model: model:FILE.pt");
  add_model_options(command, a.model);
  command.add_option("--image", a.image, "The image");
  command.add_option("--session", a.session, "A session file; the other options go before what it says");
  add_answer_options(command, a.answers);
  command.add_option("--spacing", a.spacing, "Distances in millimetres or in voxels")
      ->check(CLI::IsMember({"file", "unit"}));
  command.add_option("--threads", a.threads, "Number of threads; 0 means all")->check(CLI::NonNegativeNumber);
}

void add_loss_options(CLI::App& command, CaseArguments& a) {
  auto* const losses =
      command.add_option("--loss", a.losses, "Ids of the losses, see lossscope losses; a weighted sum is 2*dice+1*bce")
          ->delimiter(',');
  command.add_flag("--all", a.all, "All losses")->excludes(losses);
  command.add_option("--set", a.settings, "Parameters: NAME=VALUE or ID.NAME=VALUE, several in a row or repeated")
      ->type_name("NAME=VALUE");
  command.add_option("--preset", a.preset, "A named set of parameters, see lossscope losses --json -");
}

void check_answers(const CaseArguments& a) {
  Session nobody;
  apply_answers(a.answers, nobody);
}

Session session_of(const CaseArguments& a, const std::stop_token& stop) {
  Session session;
  if (!a.session.empty()) {
    session = read_session(a.session);
  }
  if (!a.mask.empty()) {
    session.study.mask = {.path = a.mask};
  }
  if (!a.image.empty()) {
    session.study.image = {.path = a.image};
  }
  if (session.study.mask.path.empty()) {
    throw UsageError("there is no mask: say which with --mask FILE, or give a --session FILE that has one");
  }
  if (!a.spacing.empty()) {
    session.study.spacing = a.spacing == "unit" ? SpacingUse::unit : SpacingUse::file;
  }
  if (a.session.empty() || !a.predictions.empty() || !a.predict.empty()) {
    choose_prediction(a, session, stop);
  }
  check_prediction(session);
  apply_model_options(a.model, session);
  apply_answers(a.answers, session);  // last: the prediction's file must be there to be answered for
  return session;
}

std::vector<Assumption> assumptions_of(const CaseArguments& arguments, const CaseData& data) {
  std::vector<Assumption> all = data.assumptions;
  const std::vector<Assumption> unused = unused_answers(arguments.answers, data.decided);
  all.insert(all.end(), unused.begin(), unused.end());
  if (!arguments.spacing.empty() && !data.has_spacing) {
    all.push_back(
        {"W_UNUSED", "--spacing " + arguments.spacing + " changed nothing: no file says how large a voxel is"});
  }
  return all;
}

std::vector<ConfiguredLoss> losses_of(const CaseArguments& a, const Session& session) {
  if (a.session.empty() || a.all || !a.losses.empty()) {
    return configure_losses(a.losses, a.all, a.settings, a.preset, session);
  }
  if (session.loss.id == kScriptLoss) {
    throw UsageError(
        "the loss of the session is written in TorchScript, which only the window evaluates: open it with "
        "lossscope --session FILE, or choose other losses here: --loss ID[,ID...] or --all");
  }
  return configure_losses({session.loss.id}, false, a.settings, a.preset, session);
}

}  // namespace lossscope::commands
