# SPDX-License-Identifier: Apache-2.0
# Precompiled headers: each set is compiled once and shared by every target that asks for it by name (`PCH qt`).
# A header that a file uses is still included there: nothing may depend on the set.
include_guard(GLOBAL)

option(LOSSSCOPE_PCH "Precompile the heavy headers" ON)

set(LOSSSCOPE_PCH_std <algorithm> <array> <atomic> <cerrno> <charconv> <chrono> <cmath> <condition_variable> <cstdint> <cstdio>
  <cstring> <filesystem> <fstream> <functional> <iostream> <limits> <map> <memory> <mutex> <numeric> <optional> <set>
  <span> <sstream> <stdexcept> <stop_token> <string> <string_view> <thread> <tuple> <utility> <variant> <vector>)
set(LOSSSCOPE_PCH_json ${LOSSSCOPE_PCH_std} <nlohmann/json.hpp>)
set(LOSSSCOPE_PCH_cli ${LOSSSCOPE_PCH_json} <CLI/CLI.hpp>)
# What many files include. All of <QtWidgets> and <QtConcurrent> takes twice as long to precompile as it saves.
set(LOSSSCOPE_PCH_qt ${LOSSSCOPE_PCH_std} <QAction> <QApplication> <QCheckBox> <QComboBox> <QDialogButtonBox> <QDir>
  <QDockWidget> <QDoubleSpinBox> <QElapsedTimer> <QFileDialog> <QFileInfo> <QFormLayout> <QFutureWatcher> <QGridLayout>
  <QHBoxLayout> <QHeaderView> <QImage> <QKeyEvent> <QLabel> <QLineEdit> <QListWidget> <QLocale> <QMenuBar> <QMessageBox>
  <QMouseEvent> <QPainter> <QPainterPath> <QPlainTextEdit> <QPointer> <QProgressDialog> <QPushButton> <QRegularExpression>
  <QScrollArea> <QScrollBar> <QSettings> <QSignalBlocker> <QSlider> <QSpinBox> <QStandardPaths> <QStringList> <QStyle>
  <QTableView> <QTimer> <QToolButton> <QTreeWidget> <QUndoStack> <QVBoxLayout>)
set(LOSSSCOPE_PCH_gtest ${LOSSSCOPE_PCH_std} <gtest/gtest.h>)
set(LOSSSCOPE_PCH_qtest ${LOSSSCOPE_PCH_qt} <QtTest> <gtest/gtest.h>)
# Not <torch/torch.h>, which has the training of networks besides: a quarter less to compile.
set(LOSSSCOPE_PCH_torch ${LOSSSCOPE_PCH_std} <torch/cuda.h> <torch/jit.h> <torch/script.h> <torch/utils.h>)

set(LOSSSCOPE_PCH_LIBRARIES_json nlohmann_json::nlohmann_json)
set(LOSSSCOPE_PCH_LIBRARIES_cli nlohmann_json::nlohmann_json CLI11::CLI11)
set(LOSSSCOPE_PCH_LIBRARIES_qt Qt6::Core)
set(LOSSSCOPE_PCH_HEADERS_OF_qt Qt6::Concurrent Qt6::Gui Qt6::Widgets)
set(LOSSSCOPE_PCH_LIBRARIES_gtest GTest::gtest)
set(LOSSSCOPE_PCH_LIBRARIES_qtest Qt6::Widgets Qt6::Test GTest::gtest)
set(LOSSSCOPE_PCH_HEADERS_OF_qtest Qt6::Concurrent)
# Tests are compiled without optimisation, in two thirds of the time: what takes long in a test belongs in a library.
set(LOSSSCOPE_PCH_OPTIONS_gtest $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O0>)
set(LOSSSCOPE_PCH_OPTIONS_qtest ${LOSSSCOPE_PCH_OPTIONS_gtest}
  -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)  # Qt6::Test makes them each folder's own

# lossscope_precompiled(target set): compiles `target` with a set. The compiler takes a precompiled header only where all
# macros are defined that it was compiled with (Qt has one for each of its libraries: hence libraries that every user of
# a set links by this, and others whose headers alone are used), and where -fPIC is the same, which CMake leaves out of
# programs.
function(lossscope_precompiled target set)
  if(NOT LOSSSCOPE_PCH)
    return()
  endif()
  set(owner lossscope_pch_${set})
  if(NOT TARGET ${owner})
    add_library(${owner} OBJECT "${LOSSSCOPE_ROOT}/resources/cmake/precompiled.cpp")
    lossscope_configure(${owner})
    target_link_libraries(${owner} PRIVATE ${LOSSSCOPE_PCH_LIBRARIES_${set}})
    foreach(library IN LISTS LOSSSCOPE_PCH_HEADERS_OF_${set})
      target_include_directories(${owner} SYSTEM PRIVATE $<TARGET_PROPERTY:${library},INTERFACE_INCLUDE_DIRECTORIES>)
    endforeach()
    if(set STREQUAL "torch")
      target_link_libraries(${owner} PRIVATE ${TORCH_LIBRARIES})
    endif()
    target_compile_options(${owner} PRIVATE ${LOSSSCOPE_PCH_OPTIONS_${set}})
    target_precompile_headers(${owner} PRIVATE ${LOSSSCOPE_PCH_${set}})
  endif()
  target_link_libraries(${target} PRIVATE ${LOSSSCOPE_PCH_LIBRARIES_${set}})
  target_compile_options(${target} PRIVATE ${LOSSSCOPE_PCH_OPTIONS_${set}} $<$<COMPILE_LANGUAGE:CXX>:-fPIC>)
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()
