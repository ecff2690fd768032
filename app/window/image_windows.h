// SPDX-License-Identifier: Apache-2.0
#pragma once

class QMenu;

namespace lossscope {

class SessionStore;

/// Adds the windows that radiologists look at CT images with (in Hounsfield units) to a menu.
void add_image_windows(QMenu& menu, SessionStore& store);

}  // namespace lossscope
