// SPDX-License-Identifier: Apache-2.0
#include "app/commands/command_line.h"

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <new>

#include "app/commands/interrupt.h"
#include "app/commands/subcommands.h"
#include "app/commands/trace_file.h"
#include "app/commands/window_options.h"
#include "app/io/safe_file.h"
#include "losses/drivers/driver.h"
#include "losses/evaluate.h"

namespace lossscope {
namespace {

enum ExitCode { kDone = 0, kFailed = 1, kUsage = 2, kRefused = 3, kNoDevice = 4, kNotWritten = 5, kInterrupted = 130 };

int complain(const Displayable& what, int code) {
  std::cerr << "lossscope: " << what << '\n';
  return code;
}

int report_refusal(const Refusal& refusal, const std::string& json) {
  if (json == "-") {
    commands::Json body{{"code", refusal.code},
                        {"file", displayable(refusal.file)},
                        {"reason", refusal.reason},
                        {"remedy", refusal.remedy}};
    for (const Choice& choice : refusal.choices) {
      body["choices"].push_back({{"id", choice.id()},
                                 {"label", choice.label},
                                 {"effect", choice.effect},
                                 {"flag", choice.flag()},
                                 {"default", choice.safe}});
    }
    commands::write_json({{"refused", body}}, json);
  }
  const int code = complain(refusal.what(), kRefused);
  for (const Choice& choice : refusal.choices) {
    std::cerr << "  " << choice.flag() << (choice.safe ? "  (safe)  " : "  ") << choice.effect << '\n';
  }
  return code;
}

/// Flushes the standard output; what it did not take would be lost without a word.
void flush_results() {
  errno = 0;
  std::cout.flush();
  if (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw WriteError("standard output", errno == 0 ? EIO : errno);
  }
}

/// Runs `work` and turns every way to fail into an exit code of the contract.
template <class Work>
std::optional<int> guarded(const std::string& json, Work work) {
  try {
    return work();
  } catch (const commands::UsageError& error) {
    return complain(error.what(), kUsage);
  } catch (const Refusal& refusal) {
    return report_refusal(refusal, json);
  } catch (const DeviceFailure& error) {
    return complain(error.what(), kNoDevice);
  } catch (const WriteError& error) {
    return complain(error.what(), kNotWritten);
  } catch (const Cancelled&) {
    return complain("interrupted", kInterrupted);
  } catch (const std::bad_alloc&) {
    return complain("there is not enough memory for this", kFailed);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailed);
  }
}

/// Runs a subcommand; its trace is written even when it fails.
int run_chosen(const commands::Chosen& chosen, const std::stop_token& stop) {
  return *guarded(chosen.json, [&]() -> std::optional<int> {
    chosen.run(stop);
    flush_results();
    return kDone;
  });
}

void add_trace_option(CLI::App& app, std::string& file) {
  std::vector<CLI::App*> all = app.get_subcommands({});
  all.push_back(&app);
  for (CLI::App* command : all) {
    command->add_option("--trace", file, "Write what the time was spent on, for about://tracing or Perfetto")
        ->type_name("OUT.json");
  }
}

}  // namespace

std::optional<int> run_command_line(int argc, char** argv, WindowOptions& window) {
  CLI::App app("LossScope shows what a segmentation loss does. Without a subcommand it opens its window.", "lossscope");
  app.set_version_flag("--version", "lossscope " LOSSSCOPE_VERSION);
  app.fallthrough(false);
  commands::Chosen chosen;
  commands::WindowArguments arguments;
  commands::add_window_options(app, arguments);
  for (commands::AddSubcommand* add : commands::kSubcommands) {
    add(app, chosen);
  }
  app.require_subcommand(0, 1);
  add_trace_option(app, chosen.trace);

  const auto usage = guarded({}, [&]() -> std::optional<int> {
    try {
      app.parse(argc, argv);
      return std::nullopt;
    } catch (const CLI::ParseError& error) {
      if (app.exit(error) != 0) {
        return kUsage;
      }
      flush_results();
      return kDone;
    }
  });
  if (usage) {
    return usage;
  }
  return guarded(chosen.json, [&]() -> std::optional<int> {
    if (!chosen.run) {
      window = commands::window_options(arguments);
      window.trace = chosen.trace;
      return std::nullopt;
    }
    const commands::InterruptGuard interrupt;
    return commands::traced(chosen.trace, [&] { return run_chosen(chosen, interrupt.token()); });
  });
}

int run_traced(const std::string& path, const std::function<int()>& work) {
  return *guarded({}, [&] { return std::optional(commands::traced(path, work)); });
}

}  // namespace lossscope
