// SPDX-License-Identifier: Apache-2.0
// How often it is asked how the axes of a prediction run, by how good the network is: of files that lie right, of those
// that were turned, and of those that have nothing to do with the mask.
#include <map>
#include <numeric>
#include <random>

#include "app/io/fit_choices.h"
#include "tests/io/io_testing.h"

namespace lossscope {
namespace {

using Numbers = std::vector<double>;

/// Random masks and predictions on one grid.
class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {
    const auto side = [&] { return static_cast<std::int64_t>(number(10, 27)); };
    const std::int64_t n = side();
    switch (seed % 3) {
      case 0:
        size = {n, n, n};
        break;
      case 1:
        size = {n, n, side()};
        break;
      default:
        size = {n, side(), side()};
    }
  }
  double number(double low, double high) { return low + (high - low) * static_cast<double>(random_()) / 4294967296.0; }
  [[nodiscard]] std::size_t voxels() const { return static_cast<std::size_t>(size[0] * size[1] * size[2]); }

  Numbers noise() {
    Numbers all(voxels());
    for (double& one : all) {
      one = number(-1, 1) + number(-1, 1) + number(-1, 1);  // of variance 1
    }
    return all;
  }
  /// An ellipsoid about as large as a part of the grid.
  Numbers body(double part) {
    std::array<double, 3> middle{}, radius{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto n = static_cast<double>(size[axis]);
      middle[axis] = number(0.1, 0.9) * n;
      radius[axis] = std::max(0.8, part * n * number(0.6, 1.5));
    }
    return made([&](const std::array<std::int64_t, 3>& at) {
      double far = 0;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const double d = (static_cast<double>(at[axis]) - middle[axis]) / radius[axis];
        far += d * d;
      }
      return far <= 1 ? 1.0 : 0.0;
    });
  }
  Numbers bodies(int count, double part) {
    Numbers all(voxels());
    for (int n = 0; n < count; ++n) {
      const Numbers one = body(part);
      std::ranges::transform(all, one, all.begin(), [](double a, double b) { return std::max(a, b); });
    }
    return all;
  }
  /// The mean of each voxel and its neighbours along each axis, `times` times.
  Numbers smooth(Numbers all, int times) {
    for (int n = 0; n < times; ++n) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        all = made([&](const std::array<std::int64_t, 3>& at) {
          double sum = 0;
          for (std::int64_t d = -1; d <= 1; ++d) {
            auto beside = at;
            beside[axis] = std::clamp<std::int64_t>(at[axis] + d, 0, size[axis] - 1);
            sum += all[offset(beside)];
          }
          return sum / 3;
        });
      }
    }
    return all;
  }
  Numbers moved(const Numbers& all, const std::array<std::int64_t, 3>& by) {
    return made([&](std::array<std::int64_t, 3> at) {
      for (std::size_t axis = 0; axis < 3; ++axis) {
        at[axis] -= by[axis];
        if (at[axis] < 0 || at[axis] >= size[axis]) {
          return 0.0;
        }
      }
      return all[offset(at)];
    });
  }
  Numbers turned(const Numbers& all, const Placement& lies) {
    return made([&](const std::array<std::int64_t, 3>& at) {
      std::array<std::int64_t, 3> own{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        own[lies.from[axis]] = lies.flip[axis] ? size[axis] - 1 - at[axis] : at[axis];
      }
      return all[offset(own)];
    });
  }

  Numbers mask(int kind) {
    switch (kind % 7) {
      case 0:
        return body(number(0.06, 0.25));
      case 1:
        return bodies(2 + static_cast<int>(number(0, 5)), number(0.05, 0.15));
      case 2:
        return body(0.02);
      case 3:
        return above(smooth(noise(), 1 + static_cast<int>(number(0, 4))), number(0.6, 0.95));
      case 4:
        return above(noise(), number(0.4, 0.98));
      case 5: {  // the same on both sides
        const Numbers one = bodies(2, 0.12);
        const Numbers other = turned(one, {{0, 1, 2}, {true, false, false}, {}, size});
        Numbers all(voxels());
        std::ranges::transform(one, other, all.begin(), [](double a, double b) { return std::max(a, b); });
        return all;
      }
      default:
        return made([&, edge = number(0.3, 0.6) * static_cast<double>(size[2])](const std::array<std::int64_t, 3>& at) {
          return static_cast<double>(at[2]) < edge ? 1.0 : 0.0;
        });
    }
  }
  /// A prediction that lies right, of a network of quality 0 to 1.
  Numbers prediction(const Numbers& truth, int kind, double quality) {
    Numbers found = truth;
    if (kind % 4 == 0) {
      const Numbers grain = smooth(noise(), static_cast<int>(number(0, 4)));
      const double spread = std::sqrt(std::inner_product(grain.begin(), grain.end(), grain.begin(), 0.0) /
                                      static_cast<double>(grain.size()));
      std::ranges::transform(truth, grain, found.begin(), [&](double g, double n) {
        return 1 / (1 + std::exp(-(6 * quality * (g - 0.5) + 1.2 * n / spread)));
      });
      return found;
    }
    if (kind % 4 == 1) {
      std::array<std::int64_t, 3> by{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        by[axis] = std::llround(number(-0.12, 0.12) * (1 - quality) * static_cast<double>(size[axis]));
      }
      return soft(smooth(moved(truth, by), 1));
    }
    if (kind % 4 == 2) {
      const Numbers hole = body(0.3);
      const Numbers invented = bodies(static_cast<int>(4 * (1 - quality) * number(0, 1)), 0.1);
      for (std::size_t n = 0; n < found.size(); ++n) {
        found[n] = std::max(truth[n] * (1 - (1 - quality) * hole[n]), invented[n]);
      }
      return soft(found);
    }
    const Numbers wide = smooth(truth, 2 + static_cast<int>(number(0, 6)));
    const Numbers grain = smooth(noise(), 3);
    std::ranges::transform(wide, grain, found.begin(), [&](double g, double n) {
      return std::clamp(0.2 + 0.5 * quality * g + 0.3 * (1 - quality) * n, 0.0, 1.0);
    });
    return found;
  }
  /// A prediction that has nothing to do with the mask.
  Numbers stranger(int kind) {
    switch (kind % 4) {
      case 0:
        return Numbers(voxels());
      case 1:
        return soft(smooth(noise(), static_cast<int>(number(0, 6))));
      case 2:
        return soft(Numbers(voxels()));
      default:
        return soft(bodies(1 + static_cast<int>(number(0, 3)), 0.15));
    }
  }

  std::array<std::int64_t, 3> size{};

 private:
  [[nodiscard]] std::size_t offset(const std::array<std::int64_t, 3>& at) const {
    return static_cast<std::size_t>(at[0] + size[0] * (at[1] + size[1] * at[2]));
  }
  template <class At>
  Numbers made(const At& value) {
    Numbers all;
    all.reserve(voxels());
    for (std::int64_t k = 0; k < size[2]; ++k) {
      for (std::int64_t j = 0; j < size[1]; ++j) {
        for (std::int64_t i = 0; i < size[0]; ++i) {
          all.push_back(value({i, j, k}));
        }
      }
    }
    return all;
  }
  static Numbers above(const Numbers& all, double share) {
    Numbers sorted = all;
    std::ranges::sort(sorted);
    const double from = sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    Numbers mask(all.size());
    std::ranges::transform(all, mask.begin(), [&](double one) { return one > from ? 1.0 : 0.0; });
    return mask;
  }
  Numbers soft(Numbers all) {
    for (double& one : all) {
      one = std::clamp(0.95 * one + number(0, 0.03), 0.0, 1.0);
    }
    return all;
  }

  std::mt19937 random_;
};

double dice(const Numbers& g, const Numbers& p) {
  const double common = std::inner_product(g.begin(), g.end(), p.begin(), 0.0);
  return 1 - (2 * common + 1) / (std::accumulate(g.begin(), g.end(), 0.0) + std::accumulate(p.begin(), p.end(), 1.0));
}

double correlation_of(const Numbers& a, const Numbers& b) {
  const auto n = static_cast<double>(a.size());
  const double ma = std::accumulate(a.begin(), a.end(), 0.0) / n, mb = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb), aa += (a[i] - ma) * (a[i] - ma), bb += (b[i] - mb) * (b[i] - mb);
  }
  return ab / std::sqrt(aa * bb);
}

enum class Answer : std::uint8_t { silent, told, asked };

Answer answer_to(const Draw& draw, const Numbers& mask, const Numbers& prediction) {
  const Grid placed{draw.size, {1.5, 1, 2}, {-30, 20, 5}};
  Volume volume = make_volume(placed, VoxelType::uint8);
  std::ranges::transform(mask, volume.voxels<std::uint8_t>().begin(),
                         [](double g) { return static_cast<std::uint8_t>(g); });
  LoadedVolume loaded;
  loaded.path = "p.npy";
  loaded.format = "NumPy";
  loaded.has_grid = false;
  loaded.grid = Grid{draw.size, {1, 1, 1}, {}};
  loaded.volume = make_volume(loaded.grid, VoxelType::float32);
  std::ranges::transform(prediction, loaded.volume.voxels<float>().begin(),
                         [](double p) { return static_cast<float>(p); });
  std::vector<Assumption> assumptions;
  try {
    (void)fit_prediction(placed, loaded, Role::prediction, GridChoice::refuse, assumptions, 0, {volume});
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.code, "E_GRID");
    return Answer::asked;
  }
  const bool told = std::ranges::any_of(assumptions, [](const Assumption& a) { return a.code == "W_TURN_LIKELY"; });
  return told ? Answer::told : Answer::silent;
}

struct Rate {
  int cases = 0, told = 0, asked = 0;
  void count(Answer answer) {
    ++cases;
    told += answer == Answer::told ? 1 : 0;
    asked += answer == Answer::asked ? 1 : 0;
  }
  [[nodiscard]] double reached() const { return static_cast<double>(told + asked) / std::max(1, cases); }
};

void print(const char* what, const Rate& rate) {
  std::printf("%-40s %4d: %4d asked, %4d told\n", what, rate.cases, rate.asked, rate.told);
}

TEST(PoorNetworks, ThoseThatLieRightAreNotAskedAbout) {
  Rate right, strangers;
  for (int run = 0; run < 420; ++run) {
    Draw draw(static_cast<unsigned>(run));
    const Numbers mask = draw.mask(run);
    const double quality = draw.number(0, 1);
    const Answer answer = answer_to(draw, mask, draw.prediction(mask, run / 7, quality));
    right.count(answer);
    EXPECT_NE(answer, Answer::asked) << run;
    strangers.count(answer_to(draw, mask, draw.stranger(run / 7)));
  }
  print("right", right);
  print("nothing to do with the mask", strangers);
  EXPECT_LE(right.told, 8);
  EXPECT_LE(strangers.asked, 8) << "a body may lie where another one would, turned";
}

/// Only those of which a number would be wrong by 0.02.
TEST(PoorNetworks, ThoseThatAreTurnedAreAskedAboutOrTold) {
  std::map<int, Rate> by_correlation;
  for (int run = 0; run < 1000; ++run) {
    Draw draw(static_cast<unsigned>(run));
    const Numbers mask = draw.mask(run), right = draw.prediction(mask, run / 7, draw.number(0, 1));
    const Turn turn = Turn::of_number(1 + static_cast<std::size_t>(draw.number(0, 47)));
    const auto lies = turn.on(Grid{draw.size, {1, 1, 1}, {}}, draw.size);
    const double correlation = correlation_of(mask, right);
    if (!lies || !(correlation >= 0.1)) {
      continue;
    }
    const Numbers turned = draw.turned(right, *lies);
    if (std::abs(dice(mask, turned) - dice(mask, right)) >= 0.02) {
      by_correlation[std::min(6, static_cast<int>(correlation * 10))].count(answer_to(draw, mask, turned));
    }
  }
  Rate all;
  for (const auto& [tenth, rate] : by_correlation) {
    print(("turned, correlation from 0." + std::to_string(tenth)).c_str(), rate);
    all = {all.cases + rate.cases, all.told + rate.told, all.asked + rate.asked};
    EXPECT_GE(rate.reached(), tenth < 2 ? 0.5 : 0.85) << tenth;
  }
  EXPECT_GE(all.cases, 300);
  EXPECT_GE(all.reached(), 0.9);
}

}  // namespace
}  // namespace lossscope
