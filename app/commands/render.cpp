// SPDX-License-Identifier: Apache-2.0
// lossscope render: the pictures of the window, without a window.
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "app/commands/case_arguments.h"
#include "app/commands/class_arguments.h"
#include "app/commands/headless.h"
#include "app/engine/case_loader.h"
#include "app/figures/figure_maker.h"

namespace lossscope::commands {
namespace {

const std::map<std::string, FigureView> kViews{{"axial", FigureView::axial},
                                               {"coronal", FigureView::coronal},
                                               {"sagittal", FigureView::sagittal},
                                               {"3d", FigureView::surfaces},
                                               {"grid", FigureView::grid},
                                               {"contact-sheet", FigureView::contact_sheet},
                                               {"class-sheet", FigureView::class_sheet},
                                               {"difference", FigureView::difference}};
const std::map<std::string, Anatomical> kPlanes{
    {"axial", Anatomical::axial}, {"coronal", Anatomical::coronal}, {"sagittal", Anatomical::sagittal}};
const std::map<std::string, OverlayLayer> kLayers{{"contribution", OverlayLayer::contribution},
                                                  {"gradient", OverlayLayer::gradient},
                                                  {"counterfactual", OverlayLayer::counterfactual},
                                                  {"distance", OverlayLayer::distance},
                                                  {"prediction", OverlayLayer::prediction},
                                                  {"field", OverlayLayer::field},
                                                  {"errors", OverlayLayer::errors},
                                                  {"none", OverlayLayer::none}};
std::map<std::string, ColourMap> colour_names() {
  std::map<std::string, ColourMap> names;
  for (const ColourMapName& known : kColourMaps) {
    names.emplace(known.name, known.map);
  }
  return names;
}

struct RenderOptions {
  CaseArguments inputs;
  ClassArguments classes;
  std::vector<ClassSetting> class_settings;
  std::string slice, range = "auto", scale = "auto", colours, size, width, out, wrt;
  std::string view, plane = "axial", layer;
  double dpi = 192;
  bool shared = false, crop = false, whole = false;
  const CLI::App* command = nullptr;  ///< knows which flags were given
};

template <class Value>
CLI::Validator one_of(const std::map<std::string, Value>& names) {
  std::vector<std::string> keys;
  for (const auto& [name, value] : names) {
    keys.push_back(name);
  }
  return CLI::IsMember(keys);
}

void choose_slice(const std::string& text, FigureRequest& request) {
  if (text.empty()) {
    return;
  }
  if (text == "centre" || text == "max-loss") {
    request.rule = text == "centre" ? SliceRule::centre : SliceRule::max_loss;
    return;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), request.slice);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError("--slice takes a voxel index, max-loss or centre, not '" + text + "'");
  }
  request.rule = SliceRule::given;
}

/// Two numbers with a comma between, the first the smaller one; none for anything else.
std::optional<ColourRange> range_of(const std::string& text) {
  ColourRange range{true, 0, 0};
  const char* end = text.data() + text.size();
  const auto low = std::from_chars(text.data(), end, range.minimum);
  const bool comma = low.ec == std::errc() && low.ptr != end && *low.ptr == ',';
  const auto high = comma ? std::from_chars(low.ptr + 1, end, range.maximum) : low;
  const bool whole = comma && high.ec == std::errc() && high.ptr == end;
  const bool finite = std::isfinite(range.minimum) && std::isfinite(range.maximum);
  return whole && finite && range.minimum < range.maximum ? std::optional(range) : std::nullopt;
}

/// --range, and --scale, which may also say a range.
void choose_range(const RenderOptions& options, Session& session) {
  const bool in_words = options.scale == "linear" || options.scale == "log" || options.scale == "auto";
  if (options.range != "auto") {
    const auto range = range_of(options.range);
    if (!range) {
      throw UsageError("--range takes auto or LO,HI with LO below HI, not '" + options.range + "'");
    }
    if (!in_words) {
      throw UsageError("--scale takes linear or log beside --range, not '" + options.scale + "'");
    }
    session.look.range = *range;
  }
  if (options.scale == "linear" || options.scale == "log") {
    session.look.scaling = options.scale == "log" ? Scaling::logarithmic : Scaling::linear;
  } else if (options.scale != "auto") {
    const auto range = range_of(options.scale);
    if (!range) {
      throw UsageError("--scale takes linear, log, auto or MIN,MAX with MIN below MAX, not '" + options.scale + "'");
    }
    session.look.range = *range;
  }
}

Session looked_at(const RenderOptions& options, const std::stop_token& stop) {
  Session session = session_of(options.inputs, stop);
  if (!options.layer.empty()) {
    session.look.layer = kLayers.at(options.layer);
  }
  if (options.wrt == "probability") {
    session.look.gradient_of = GradientOf::probability;
  } else if (options.wrt == "logit" || options.view == "difference") {  // as in the window
    session.look.gradient_of = GradientOf::logit;
  }
  choose_range(options, session);
  return session;
}

bool shows_several(FigureView view) {
  return view == FigureView::grid || view == FigureView::contact_sheet || view == FigureView::difference ||
         view == FigureView::class_sheet;
}

FigureRequest request_of(const RenderOptions& options) {
  FigureRequest request;
  request.view = kViews.at(options.view);
  request.plane = kPlanes.at(options.plane);
  choose_slice(options.slice, request);
  if (!options.colours.empty()) {
    request.colours = colour_names().at(options.colours);
  }
  request.shared_range = options.shared;
  request.crop = options.crop || (shows_several(request.view) && !options.whole);
  request.whole = options.whole;
  return request;
}

std::vector<ConfiguredLoss> shown_losses(const RenderOptions& options, const Session& session, FigureView view) {
  CaseArguments arguments = options.inputs;
  if (view == FigureView::contact_sheet) {
    arguments.all = true;
    arguments.losses.clear();
  }
  auto losses = losses_of(arguments, session);
  if (view == FigureView::grid && losses.size() < 2) {
    throw UsageError("a grid shows two losses or more: --loss ID,ID[,ID...]");
  }
  if (view == FigureView::difference && losses.size() != 2) {
    throw UsageError("a difference shows two losses: --loss ID,ID");
  }
  if ((!shows_several(view) || view == FigureView::class_sheet) && losses.size() > 1) {
    throw UsageError("--view " + options.view + " shows one loss; several are shown by grid and contact-sheet");
  }
  return losses;
}

/// A flag that was given for a picture it does nothing to is told: one command may draw several views.
std::vector<Assumption> unused_flags(const RenderOptions& options, const FigureRequest& request,
                                     const Session& session) {
  const FigureView view = request.view;
  const bool several = shows_several(view), solid = view == FigureView::surfaces,
             differs = view == FigureView::difference;
  const OverlayLayer layer = session.look.layer;
  const bool coloured = layer != OverlayLayer::none || differs;
  const bool scaled = differs || (coloured && layer != OverlayLayer::errors);  // errors have names and their colours
  const bool of_loss = differs || (scaled && layer != OverlayLayer::prediction && layer != OverlayLayer::distance);
  struct Rule {
    const char* flag;
    bool matters;
    const char* of;
  };
  const std::array rules{
      Rule{"--loss", view != FigureView::contact_sheet, "some losses, and a contact sheet shows all of them"},
      Rule{"--class", view != FigureView::class_sheet, "one class, and a class sheet shows all of them"},
      Rule{"--plane", several, "a grid, a difference or a sheet"},
      Rule{"--slice", !solid, "slices"},
      Rule{"--layer", !differs, "other pictures than the difference of two gradients"},
      Rule{"--wrt", differs || layer == OverlayLayer::gradient, "the layer gradient"},
      Rule{"--layer", !solid || layer != OverlayLayer::errors, "slices, where it is errors"},
      Rule{"--range", scaled, "a layer of numbers"},
      Rule{"--scale", of_loss, "a layer that a loss makes"},
      Rule{"--colormap", scaled, "a layer of numbers"},
      Rule{"--shared", several && !differs, "a grid or a contact sheet"},
      Rule{"--crop", !several && !solid, "one slice: a grid, a difference and a contact sheet are cropped, 3D is not"},
      Rule{"--whole", several || (!solid && !options.inputs.session.empty()),
           "several pictures, and the slice of a session, which may be zoomed in"}};
  std::vector<Assumption> unused;
  for (const Rule& rule : rules) {
    if (!rule.matters && options.command->count(rule.flag) > 0) {
      unused.push_back({"W_UNUSED", std::string(rule.flag) + " changed nothing: it is for " + rule.of});
    }
  }
  return unused;
}

double usual_width(const FigureRequest& request, std::size_t losses) {
  switch (request.view) {
    case FigureView::contact_sheet:
    case FigureView::class_sheet:
      return 900;
    case FigureView::difference:
      return 1000;
    case FigureView::grid:
      return losses == 2 || losses == 4 ? 760 : 1000;
    case FigureView::surfaces:
      return 800;
    case FigureView::axial:
    case FigureView::coronal:
    case FigureView::sagittal:
      break;
  }
  return 620;
}

/// Draws the pictures of one command: of a case, of one of its classes, or of each.
class Renderer {
 public:
  Renderer(const RenderOptions& options, const std::stop_token& stop)
      : options_(options),
        stop_(stop),
        request_(request_of(options)),
        session_(looked_at(options, stop)),
        losses_(shown_losses(options, session_, request_.view)),
        loader_(options.inputs.threads, {.models = model_policy(options.inputs.model)}) {
    choose_classes(options.classes, options.class_settings, losses_, session_);
  }

  void run() {
    CaseDataPtr data = load();
    check_classes(*data);
    const bool each = options_.out.find(kClassMark) != std::string::npos;
    if (data->classes && !options_.classes.which.empty()) {
      session_.look.shown_class = named_class(options_.classes, *data->classes);
      data = load();
    }
    const Headless qt;
    report_assumptions(told(*data));
    if (!each) {
      draw(data, options_.out);
    }
    for (std::size_t c = 0; each && c < data->classes->labels.size(); ++c) {
      session_.look.shown_class = c;
      draw(load(), class_path(options_.out, *data->classes, c));
    }
  }

 private:
  [[nodiscard]] CaseDataPtr load() { return loader_.load(session_, terminal_progress(), stop_); }

  void check_classes(const CaseData& data) const {
    const auto needs = [&](const std::string& what) {
      if (!data.classes) {
        throw UsageError(what + " needs classes: --classes all, and a prediction with a channel for each");
      }
    };
    if (request_.view == FigureView::class_sheet) {
      needs("--view class-sheet");
    }
    if (options_.classes.given()) {
      needs(options_.classes.regions.empty() ? "--classes" : "--regions");
    }
    if (options_.out.find(kClassMark) != std::string::npos) {
      needs("{class} in the picture's name");
    }
  }

  [[nodiscard]] std::vector<Assumption> told(const CaseData& data) const {
    std::vector<Assumption> told = assumptions_of(options_.inputs, data);
    const std::vector<Assumption> unused = unused_flags(options_, request_, session_);
    told.insert(told.end(), unused.begin(), unused.end());
    return told;
  }

  void draw(const CaseDataPtr& data, const std::string& path) {
    FigureMaker maker({session_, data}, losses_, options_.inputs.threads, stop_);
    const widgets::Figure figure = parsed([&] { return maker.make(request_); });
    const double width =
        options_.width.empty() ? usual_width(request_, losses_.size()) : width_of(options_.width, options_.dpi);
    const QSizeF usual = figure_paper(figure, width, maker.aspect_of(request_));
    write_figure(path, figure, paper_of(options_.size, options_.dpi, usual));
  }

  const RenderOptions& options_;
  std::stop_token stop_;
  FigureRequest request_;
  Session session_;
  std::vector<ConfiguredLoss> losses_;
  CaseLoader loader_;
};

void run_render(RenderOptions options, const std::stop_token& stop) {
  (void)format_of(options.out);
  options.class_settings = take_class_settings(options.inputs.settings);
  Renderer(options, stop).run();
}

}  // namespace

void add_render(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("render", "Draw the pictures of the window into a PNG, SVG or PDF");
  const auto o = std::make_shared<RenderOptions>();
  o->command = command;
  add_case_options(*command, o->inputs);
  add_loss_options(*command, o->inputs);
  add_class_options(*command, o->classes, "Which class is looked at; {class} in OUT draws each into a file of its own");
  command->add_option("--view", o->view, "What to draw")->required()->check(one_of(kViews));
  command->add_option("--plane", o->plane, "Plane of a grid, difference or contact sheet")->check(one_of(kPlanes));
  command
      ->add_option("--slice", o->slice,
                   "A voxel index from 0, max-loss (where the slice's share of the first loss is largest), or centre "
                   "(of the mask)")
      ->type_name("K|max-loss|centre");
  command->add_option("--layer", o->layer, "What the colours show")->check(one_of(kLayers));
  command->add_option("--wrt", o->wrt, "What the gradient is taken with respect to")
      ->check(CLI::IsMember({"probability", "logit"}));
  command->add_option("--range", o->range, "Range of the colours; auto: up to the largest value of the volume")
      ->type_name("auto|LO,HI");
  command
      ->add_option("--scale", o->scale,
                   "How values are spread over the colours (log: down to LO, or to 1/10000 of HI; of both signs "
                   "symmetric about 0); or a range, as --range")
      ->type_name("linear|log|auto|MIN,MAX");
  command->add_option("--colormap", o->colours, "Colours of the layer")->check(one_of(colour_names()));
  command->add_flag("--shared", o->shared, "One colour range for all pictures of a grid or contact sheet");
  auto* const crop =
      command->add_flag("--crop", o->crop, "Only mask and prediction and a margin; usual in a grid or contact sheet");
  command
      ->add_flag("--whole", o->whole, "The whole slice in a grid or contact sheet, or of a session that is zoomed in")
      ->excludes(crop);
  auto* size =
      command->add_option("--size", o->size, "Size in pixels; without it, as suits the picture")->type_name("WxH");
  command->add_option("--width", o->width, "Width in print, such as 85mm, 8.5cm or 3.35in; as high as that needs")
      ->type_name("LENGTH")
      ->excludes(size);
  command->add_option("--dpi", o->dpi, "Pixels per inch: text is 9 points at any")
      ->capture_default_str()
      ->check(CLI::Range(24.0, 2400.0));
  command->add_option("-o,--output", o->out, "The picture")->required()->type_name("OUT.png|.svg|.pdf");
  command->callback([o, &chosen] {
    check_answers(o->inputs);
    chosen.run = [o](const std::stop_token& stop) { run_render(*o, stop); };
  });
}

}  // namespace lossscope::commands
