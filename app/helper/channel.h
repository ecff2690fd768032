// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace lossscope {

/// The helper's end of its talk with LossScope: one request comes in, lines of JSON go out. Making it turns the process
/// into a helper: it dies with the thread that started it, holds no descriptor but the channel, lives in "/", leaves no
/// core file, and what a library prints goes nowhere.
class Channel {
 public:
  Channel();
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// False when this program was not started by LossScope: its standard input is no socket then.
  [[nodiscard]] bool open() const { return socket_ >= 0; }
  /// Waits for the request, and for the shared memory that may come with it. Nothing: the other side is gone, or said
  /// something else than a JSON object.
  [[nodiscard]] std::optional<nlohmann::json> receive();
  /// Descriptor of the shared memory; -1: none came.
  [[nodiscard]] int memory() const { return memory_; }
  /// Sends one line. Any thread may.
  void say(const nlohmann::json& line);
  /// Has LossScope give the shared memory a size: this process may make no file longer. Throws std::bad_alloc.
  void allocate(std::size_t bytes);

 private:
  /// The next line; nothing when the other side is gone.
  [[nodiscard]] std::optional<std::string> line();

  int socket_ = -1, memory_ = -1;
  std::string pending_;
  std::mutex sending_;
};

}  // namespace lossscope
