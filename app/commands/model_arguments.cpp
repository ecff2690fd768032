// SPDX-License-Identifier: Apache-2.0
#include "app/commands/model_arguments.h"

#include "app/commands/command.h"

namespace lossscope::commands {

void add_model_options(CLI::App& command, ModelArguments& arguments) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    arguments.flags.push_back(command.add_option(name, value, help));
    return arguments.flags.back();
  };
  add("--trust-model", arguments.trusted,
      "You trust the model of this SHA-256: it is a program, and is run (see lossscope info --as model)")
      ->type_name("SHA256");
  add("--channel", arguments.channel, "Which channel of the model's output is the prediction, from 0")
      ->check(CLI::NonNegativeNumber);
  add("--model-seconds", arguments.seconds, "How long the model may take (600)")->check(CLI::PositiveNumber);
  add("--model-memory", arguments.mebibytes, "How many MiB it may take (three quarters of the memory)")
      ->check(CLI::PositiveNumber);
}

void apply_model_options(const ModelArguments& arguments, Session& session) {
  auto* const model = session.prediction().from<FromModel>();
  for (const CLI::Option* flag : arguments.flags) {
    if (model == nullptr && flag->count() > 0) {
      throw UsageError(flag->get_name() +
                       " is said of a model, and no model makes the prediction: --predict model:FILE.pt");
    }
  }
  if (model != nullptr && arguments.channel) {  // of a session's model, too
    model->model.channel = arguments.channel;
  }
}

void choose_model(const std::string& path, const ModelArguments& arguments, Session& session,
                  const std::stop_token& stop) {
  if (arguments.trusted.empty()) {
    const ModelInfo model = inspect_model(path, stop);
    throw Refusal("E_MODEL_TRUST", path, "a TorchScript model is a program, and you have not said that you trust it",
                  "if you trust its origin: --trust-model " + model.sha256);
  }
  session.predict_from<FromModel>().model = {path, arguments.trusted, arguments.channel};
}

ModelPolicy model_policy(const ModelArguments& arguments) {
  return {.trust = [trusted = arguments.trusted](const std::string& hash) { return hash == trusted; },
          .limits = {arguments.mebibytes << 20, arguments.seconds}};
}

}  // namespace lossscope::commands
