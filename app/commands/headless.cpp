// SPDX-License-Identifier: Apache-2.0
#include "app/commands/headless.h"

#include <QFontDatabase>
#include <QGuiApplication>
#include <QHashFunctions>
#include <charconv>
#include <cstdio>
#include <functional>
#include <map>

#include "app/commands/command.h"
#include "app/io/safe_file.h"
#include "basics/number_text.h"

namespace lossscope::commands {
namespace {

constexpr double kDotsPerInch = 96;
constexpr double kNarrowest = 30, kWidest = 2000;  // mm
constexpr double kMostPixels = 16384;

/// Drops Qt's remarks on the environment (no locale, no runtime folder), which mean nothing to a person.
void print_qt_message(QtMsgType type, const QMessageLogContext&, const QString& message) {
  if (type != QtDebugMsg && type != QtInfoMsg && !message.startsWith(QLatin1String("QStandardPaths:"))) {
    std::fprintf(stderr, "lossscope: Qt: %s\n", displayable(message.toStdString()).c_str());
  }
}

}  // namespace

Headless::Headless() {
  static int count = 1;
  static char name[] = "lossscope";
  static char* arguments[] = {name, nullptr};
  qInstallMessageHandler(print_qt_message);
  QHashSeed::setDeterministicGlobalSeed();  // a PDF lists fonts in hash order: the same in every run
  qputenv("QT_QPA_PLATFORM", "offscreen");
  application_ = std::make_unique<QGuiApplication>(count, arguments);
  if (QFontDatabase::families().isEmpty()) {
    throw std::runtime_error(
        "no fonts are installed, so that no text can be drawn; on Debian, install fonts-dejavu-core");
  }
}

Headless::~Headless() = default;

PictureFormat format_of(const std::string& path) {
  const auto format = picture_format(QString::fromStdString(path));
  if (!format) {
    throw UsageError("a picture's name ends in .png, .svg or .pdf, not '" + path + "'");
  }
  return *format;
}

void write_figure(const std::string& path, const widgets::Figure& figure, const Paper& paper) {
  const QByteArray bytes = figure_bytes(figure, paper.size, paper.scale, format_of(path));
  write_file(path, std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

double width_of(const std::string& text, double dpi) {
  constexpr double kInch = 25.4;  // mm
  static const std::map<std::string, double, std::less<>> kUnits{{"mm", 1}, {"cm", 10}, {"in", kInch}};
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto unit = kUnits.find(std::string_view(text).substr(static_cast<std::size_t>(end - text.data())));
  if (error != std::errc() || unit == kUnits.end()) {
    throw UsageError("--width takes a length such as 85mm, 8.5cm or 3.35in, not '" + text + "'");
  }
  const double millimetres = number * unit->second;
  if (!(millimetres >= kNarrowest && millimetres <= kWidest && millimetres / kInch * dpi <= kMostPixels)) {
    throw UsageError("--width takes " + shortest_text(kNarrowest) + "mm to " + shortest_text(kWidest) + "mm, and at " +
                     shortest_text(dpi) + " dpi at most " + shortest_text(kMostPixels) + " pixels, not " + text);
  }
  return millimetres / kInch * kDotsPerInch;
}

Paper paper_of(const std::string& size, double dpi, QSizeF usual) {
  const double scale = dpi / kDotsPerInch;
  if (size.empty()) {
    return {usual, scale};
  }
  int width = 0, height = 0;
  char rest = 0;
  if (std::sscanf(size.c_str(), "%dx%d%c", &width, &height, &rest) != 2 || width < 64 || height < 64 || width > 16384 ||
      height > 16384) {
    throw UsageError("--size takes WIDTHxHEIGHT from 64x64 to 16384x16384, not '" + size + "'");
  }
  return {QSizeF(width, height) / scale, scale};
}

}  // namespace lossscope::commands
