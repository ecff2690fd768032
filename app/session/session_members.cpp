// SPDX-License-Identifier: Apache-2.0
#include "app/session/session_members.h"

#include <array>

namespace lossscope {
namespace {

constexpr std::array kMembers{
    SessionMember{"image.path", "the image: a path relative to the file, or sample:phantom"},
    SessionMember{"image.answers",
                  "what the file leaves open, as the buttons of a refusal say it: {\"component\": \"0\"}"},
    SessionMember{"image.sha256", "of the file when it was saved"},
    SessionMember{"mask.path", "the mask: a path relative to the file, or sample:phantom"},
    SessionMember{"mask.answers", "as of the image"},
    SessionMember{"mask.sha256", "of the file when it was saved"},
    SessionMember{"label", "which labels of the mask are the structure: \"nonzero\", a number or a list"},
    SessionMember{"ignore", "labels of voxels that do not count: \"none\", a number or a list"},
    SessionMember{"classes.labels",
                  "every label against its channel: all, foreground (not the background) or a list of labels"},
    SessionMember{"classes.regions", "label sets that are the channels: {\"whole tumour\": [1, 2, 4]}"},
    SessionMember{"classes.activation",
                  "what makes probabilities of the channels: softmax or sigmoid; left out: found "
                  "out from them"},
    SessionMember{"classes.include_background", "true or false; left out: as is usual for the loss"},
    SessionMember{"classes.class_weights", "uniform, inverse, inverse_squared, or a list of weights"},
    SessionMember{"classes.absent_classes", "those without a voxel in the mask: count or skip"},
    SessionMember{"prediction.source", "none, file, degraded (made from the mask) or model"},
    SessionMember{"prediction.meaning",
                  "of a file's numbers: automatic, probability, logit, label, u8, percent, u16, clamp, rescale"},
    SessionMember{"prediction.file.path", "of the source file"},
    SessionMember{"prediction.file.answers", "as of the image"},
    SessionMember{"prediction.file.sha256", "of the file when it was saved"},
    SessionMember{
        "prediction.degrade",
        "of the source degraded: shift=I,J,K;dilate=MM;soften=MM;noise=S;drop=SHARE;doubt=P;seed=N, each as it is "
        "needed. doubt holds p within P and 1 - P"},
    SessionMember{"prediction.threshold", "0 to 1: the prediction becomes 1 above it and 0 elsewhere"},
    SessionMember{"prediction.model.path", "of the source model: a TorchScript file"},
    SessionMember{"prediction.model.sha256", "of that file; it runs once the person trusts it"},
    SessionMember{"prediction.model.channel", "which of its outputs, from 0"},
    SessionMember{"loss", "an id of `lossscope losses`, or torchscript"},
    SessionMember{"script", "the source of the loss torchscript"},
    SessionMember{"parameters.ID.ID", "a parameter of a loss that is not at its default: {\"focal\": {\"gamma\": 3}}"},
    SessionMember{"spacing", "what distances are measured in: file (mm) or unit (voxels)"},
    SessionMember{"view.layer",
                  "none, contribution, gradient, prediction, distance, counterfactual (what-if), field or errors"},
    SessionMember{"view.gradient_of", "by probability or logit"},
    SessionMember{"view.opacity", "of the layer, 0 to 1"},
    SessionMember{"view.show_overlay", "the layer, true or false"},
    SessionMember{"view.show_contours", "the outlines, true or false"},
    SessionMember{"view.range.locked", "true: the colours' range stays as follows"},
    SessionMember{"view.range.minimum", "its lower end"},
    SessionMember{"view.range.maximum", "its upper end"},
    SessionMember{"view.scale", "of the colours: linear or log"},
    SessionMember{"view.colours",
                  "the colour map of values without a sign: fire, inferno, magma, viridis, turbo or grey"},
    SessionMember{"view.fade_by_value", "true: the smaller a value, the more transparent its colour"},
    SessionMember{"view.crosshair",
                  "the voxel that the views go through: [i, j, k] from 0; [-1, -1, -1]: the mask's middle"},
    SessionMember{"view.zoom", "1 shows whole slices, 3 three times as large about the crosshair"},
    SessionMember{"view.window", "width of the grey window; 0 is automatic"},
    SessionMember{"view.level", "its middle"},
    SessionMember{"view.radiological", "true: the patient's right is on the left"},
    SessionMember{"view.fourth", "the fourth pane: surface or distance"},
    SessionMember{"view.surfaces.colour", "plain, contribution, gradient or distance"},
    SessionMember{"view.surfaces.mask", "whether the mask's surface is shown"},
    SessionMember{"view.surfaces.prediction", "whether the prediction's surface is shown"},
    SessionMember{"view.surfaces.mask_opacity", "0 to 1"},
    SessionMember{"view.surfaces.prediction_opacity", "0 to 1"},
    SessionMember{"view.surfaces.slices", "whether the three slices stand in the 3D view"},
    SessionMember{"view.compare.arrangement",
                  "single, grid, contact-sheet, difference, or class-sheet (all classes of a case with classes)"},
    SessionMember{"view.compare.losses", "two to six losses of the grid; the difference is of the first two"},
    SessionMember{"view.compare.view", "the slice they are compared on: axial, coronal or sagittal"},
    SessionMember{"view.compare.shared_range", "one colour range for all of them"},
    SessionMember{"view.pinned", "voxels that the probe keeps: [[i, j, k], ...]"},
    SessionMember{"view.sweep.along", "shift, dilate, soften, noise, threshold or LOSS.PARAMETER"},
    SessionMember{"view.sweep.from", "where it begins"},
    SessionMember{"view.sweep.to", "where it ends"},
    SessionMember{"view.sweep.steps", "2 to 201"},
    SessionMember{"view.tab",
                  "the page below the views: probe, classes, errors, histogram, distance, curve, sweep or descent"},
    SessionMember{"view.class", "which class is looked at: its channel, from 0; left out: all of them"},
    SessionMember{"speaks_of",
                  "only in a demo: what its text is about, a list of missed, false alarms, structure and edge (of the "
                  "mask); --check looks whether the layer shows these voxels"},
    SessionMember{"play.sweep", "only in a demo: true runs the sweep"},
    SessionMember{"play.descent.losses", "only in a demo: a descent under one to four losses"},
    SessionMember{"play.descent.steps", "1 to 1000"},
    SessionMember{"play.descent.optimiser", "gradient descent or Adam"},
    SessionMember{"play.descent.rate", "above 0, at most 20"},
    SessionMember{"play.descent.rates", "own (each loss by its largest gradient) or common (one rate for all)"},
    SessionMember{"play.descent.start", "as it is, or held (p within 0.01 to 0.99)"},
};

}  // namespace

std::span<const SessionMember> session_members() { return kMembers; }

}  // namespace lossscope
