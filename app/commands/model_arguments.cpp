// SPDX-License-Identifier: Apache-2.0
#include "app/commands/model_arguments.h"

namespace lossscope::commands {

void add_model_options(CLI::App& command, ModelArguments& arguments) {
  command
      .add_option("--trust-model", arguments.trusted,
                  "You trust the model of this SHA-256: it is a program, and is run (see lossscope info --as model)")
      ->type_name("SHA256");
  command.add_option("--channel", arguments.channel, "Which channel of the model's output is the prediction, from 0")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--model-seconds", arguments.seconds, "How long the model may take (600)")
      ->check(CLI::PositiveNumber);
  command.add_option("--model-memory", arguments.mebibytes, "How many MiB it may take (three quarters of the memory)")
      ->check(CLI::PositiveNumber);
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
