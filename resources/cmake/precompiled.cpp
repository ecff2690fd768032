// SPDX-License-Identifier: Apache-2.0
// Empty: a library of its own compiles each set of precompiled headers, and a library needs a source.
