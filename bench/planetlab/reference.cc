#include "bench/planetlab/reference.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hotspot::planetlab {
namespace {

struct Row {
  const char* day;
  Idle idle;
  Published policy;
  Reference figures;
};

// Runs of CloudSim 3.0.3 and, for medium fit, of its authors' code (fikrufeleke/vmplacement d61f268) on it; where idle
// machines are kept, with the one test switched off that removes them.
constexpr Row kRows[] = {
    {"20110303", Idle::kRemoved, Published::kThrMmt, {191.72762, 26634, 0.00323627, 0.06537184, 4.95055038}},
    {"20110303", Idle::kRemoved, Published::kLrMmt, {163.15164, 27632, 0.00463418, 0.07930821, 5.84325431}},
    {"20110303", Idle::kRemoved, Published::kLrMfped, {115.31205, 9505, 0.00060288, 0.02224030, 2.71074670}},
    {"20110306", Idle::kRemoved, Published::kThrMmt, {144.74628, 20640, 0.00352874, 0.06950251, 5.07714621}},
    {"20110306", Idle::kRemoved, Published::kLrMmt, {122.88208, 20297, 0.00438908, 0.07487891, 5.86156846}},
    {"20110306", Idle::kRemoved, Published::kLrMfped, {86.22893, 6927, 0.00056454, 0.02125761, 2.65569845}},
    {"20110309", Idle::kRemoved, Published::kThrMmt, {166.59309, 23644, 0.00392634, 0.07535054, 5.21076820}},
    {"20110309", Idle::kRemoved, Published::kLrMmt, {141.81360, 24219, 0.00577648, 0.08861359, 6.51872559}},
    {"20110309", Idle::kRemoved, Published::kLrMfped, {97.08656, 9869, 0.00133362, 0.03321447, 4.01518151}},
    {"20110322", Idle::kRemoved, Published::kThrMmt, {201.80332, 29165, 0.00319639, 0.06253173, 5.11163157}},
    {"20110322", Idle::kRemoved, Published::kLrMmt, {176.56750, 31349, 0.00457425, 0.07347344, 6.22572029}},
    {"20110322", Idle::kRemoved, Published::kLrMfped, {117.43599, 13750, 0.00118938, 0.03074701, 3.86828710}},
    {"20110325", Idle::kRemoved, Published::kThrMmt, {175.43149, 25040, 0.00345921, 0.06777874, 5.10368505}},
    {"20110325", Idle::kRemoved, Published::kLrMmt, {153.38873, 27204, 0.00507604, 0.08203585, 6.18758745}},
    {"20110325", Idle::kRemoved, Published::kLrMfped, {102.48551, 10362, 0.00096887, 0.02840888, 3.41043848}},
    {"20110403", Idle::kRemoved, Published::kThrMmt, {259.43586, 35210, 0.00291649, 0.06050071, 4.82058097}},
    {"20110403", Idle::kRemoved, Published::kLrMmt, {219.63582, 38104, 0.00450815, 0.07663133, 5.88291071}},
    {"20110403", Idle::kRemoved, Published::kLrMfped, {157.95151, 14288, 0.00077055, 0.02434956, 3.16452169}},
    {"20110409", Idle::kRemoved, Published::kThrMmt, {209.16412, 29559, 0.00310059, 0.06271990, 4.94354715}},
    {"20110409", Idle::kRemoved, Published::kLrMmt, {180.18067, 31430, 0.00452419, 0.07647719, 5.91573328}},
    {"20110409", Idle::kRemoved, Published::kLrMfped, {123.79661, 12036, 0.00082710, 0.02599738, 3.18146419}},
    {"20110411", Idle::kRemoved, Published::kThrMmt, {206.37836, 28758, 0.00292294, 0.06035661, 4.84278028}},
    {"20110411", Idle::kRemoved, Published::kLrMmt, {178.19073, 31151, 0.00470547, 0.07719798, 6.09533115}},
    {"20110411", Idle::kRemoved, Published::kLrMfped, {120.11986, 12011, 0.00082358, 0.02431624, 3.38695547}},
    {"20110412", Idle::kRemoved, Published::kThrMmt, {177.94804, 25068, 0.00325469, 0.06593139, 4.93648091}},
    {"20110412", Idle::kRemoved, Published::kLrMmt, {151.99634, 25819, 0.00461411, 0.07505474, 6.14766517}},
    {"20110412", Idle::kRemoved, Published::kLrMfped, {104.44020, 10760, 0.00116687, 0.02894502, 4.03134105}},
    {"20110420", Idle::kRemoved, Published::kThrMmt, {151.74008, 22301, 0.00416033, 0.07714115, 5.39313542}},
    {"20110420", Idle::kRemoved, Published::kLrMmt, {130.88977, 24542, 0.00693587, 0.09326713, 7.43656805}},
    {"20110420", Idle::kRemoved, Published::kLrMfped, {84.42624, 10245, 0.00217714, 0.03805781, 5.72060112}},
    {"20110303", Idle::kKept, Published::kThrMmt, {253.64488, 41589, 0.00331785, 0.06239322, 5.31764759}},
    {"20110303", Idle::kKept, Published::kLrMmt, {223.72947, 44975, 0.00504725, 0.07372998, 6.84558569}},
    {"20110303", Idle::kKept, Published::kLrMfped, {136.76229, 20416, 0.00154480, 0.03215477, 4.80425574}},
};

double relative(double ours, double theirs) { return std::abs(ours - theirs) / theirs; }

}  // namespace

std::optional<Reference> reference_of(const std::string& day, Idle idle, Published policy) {
  for (const Row& row : kRows)
    if (day == row.day && idle == row.idle && policy == row.policy) return row.figures;
  return std::nullopt;
}

double deviation(const Metrics& metrics, const Reference& reference) {
  return std::max({relative(metrics.kwh, reference.kwh),
                   relative(static_cast<double>(metrics.migrations), static_cast<double>(reference.migrations)),
                   relative(metrics.slav() * 100, reference.slav_percent),
                   relative(metrics.pdm * 100, reference.pdm_percent),
                   relative(metrics.slatah * 100, reference.slatah_percent)});
}

}  // namespace hotspot::planetlab
