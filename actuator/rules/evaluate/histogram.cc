// Quantiles of classic histograms, whose buckets are series with a label `le`.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <unordered_map>

#include "actuator/rules/evaluate/operations.h"

namespace hotspot::rules {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Bucket {
  double upper = 0;
  double count = 0;
};

std::optional<double> upper_bound_of(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return value;
}

// Merges buckets with equal bounds and makes counts monotonic: scrapes of several servers can violate both.
void tidy(std::vector<Bucket>& buckets) {
  std::vector<Bucket> kept;
  for (const Bucket& bucket : buckets) {
    if (!kept.empty() && kept.back().upper == bucket.upper)
      kept.back().count += bucket.count;
    else
      kept.push_back(bucket);
  }
  double most = kept.front().count;
  for (Bucket& bucket : kept) {
    if (bucket.count > most)
      most = bucket.count;
    else if (bucket.count < most)
      bucket.count = most;
  }
  buckets = std::move(kept);
}

double quantile_of(double q, std::vector<Bucket> buckets) {
  if (std::isnan(q)) return kNan;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  std::stable_sort(buckets.begin(), buckets.end(), [](const Bucket& a, const Bucket& b) { return a.upper < b.upper; });
  if (!(buckets.back().upper == kInfinity)) return kNan;
  tidy(buckets);
  if (buckets.size() < 2 || buckets.back().count == 0) return kNan;
  double rank = q * buckets.back().count;
  std::size_t b = 0;
  while (b < buckets.size() - 1 && !(buckets[b].count >= rank)) ++b;
  if (b == buckets.size() - 1) return buckets[buckets.size() - 2].upper;
  if (b == 0 && buckets[0].upper <= 0) return buckets[0].upper;
  const double lower = b > 0 ? buckets[b - 1].upper : 0;
  double count = buckets[b].count;
  if (b > 0) {
    count -= buckets[b - 1].count;
    rank -= buckets[b - 1].count;
  }
  return lower + (buckets[b].upper - lower) * (rank / count);
}

}  // namespace

Result<Vector> histogram_quantile(double q, const Vector& input) {
  struct Histogram {
    LabelSet labels;
    std::vector<Bucket> buckets;
  };
  std::unordered_map<LabelSet, std::size_t, LabelSetHash> places;
  std::vector<Histogram> histograms;
  for (const Element& element : input) {
    const auto upper = upper_bound_of(std::string(element.labels.get("le")));
    if (!upper) continue;
    LabelSet labels = element.labels.with("le", "");  // keeps the name: two histograms stay separate
    const auto [place, is_new] = places.emplace(labels, histograms.size());
    if (is_new) histograms.push_back({std::move(labels), {}});
    histograms[place->second].buckets.push_back({*upper, element.value});
  }
  Vector result;
  for (const Histogram& histogram : histograms) {
    result.push_back({histogram.labels, quantile_of(q, histogram.buckets)});
  }
  return without_names(std::move(result));
}

}  // namespace hotspot::rules
