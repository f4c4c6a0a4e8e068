// Label sets, as in Prometheus: they identify a series or a value. Any names, any values.
//
// PURE. Immutable and cheap to copy: the labels are shared, and the metric's name (__name__) is stored separately, so
// that all metrics of one domain share one set. A label with an empty value counts as missing, as in Prometheus.
#pragma once

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotspot::rules {

inline constexpr std::string_view kNameLabel = "__name__";

// Sorted by name, each name once, no empty values, without __name__.
using Labels = std::vector<std::pair<std::string, std::string>>;

class LabelSet {
 public:
  LabelSet() = default;
  // May include `__name__`.
  explicit LabelSet(const std::map<std::string, std::string>& labels);
  LabelSet(std::initializer_list<std::pair<const std::string, std::string>> labels)
      : LabelSet(std::map<std::string, std::string>(labels)) {}
  // Shares the arguments; `labels` must meet the conditions of Labels.
  LabelSet(std::shared_ptr<const std::string> name, std::shared_ptr<const Labels> labels)
      : name_(std::move(name)), labels_(std::move(labels)) {}

  bool has_name() const { return name_ != nullptr; }
  std::string_view name() const { return name_ ? std::string_view(*name_) : std::string_view(); }
  const Labels& labels() const;                        // without the name
  std::string_view get(std::string_view label) const;  // "" if it is missing; also for __name__
  bool empty() const { return !name_ && labels().empty(); }

  LabelSet without_name() const { return {nullptr, labels_}; }
  LabelSet with(std::string_view label, std::string_view value) const;  // an empty value removes the label
  // Keeps the labels that are in `names` (sorted), or removes them. `__name__` is treated like a label.
  LabelSet only(const std::vector<std::string>& names) const;
  LabelSet without(const std::vector<std::string>& names) const;  // removes the name too

  std::map<std::string, std::string> map() const;  // without the name
  std::string describe() const;                    // domain_cpu_ratio{domain="a", node="h1"}
  std::size_t hash() const;
  bool operator==(const LabelSet& other) const;
  bool operator<(const LabelSet& other) const;  // by labels, in the order of their names; the metric name first

  const std::shared_ptr<const std::string>& shared_name() const { return name_; }
  const std::shared_ptr<const Labels>& shared_labels() const { return labels_; }

 private:
  std::shared_ptr<const std::string> name_;
  std::shared_ptr<const Labels> labels_;  // null: none
};

struct LabelSetHash {
  std::size_t operator()(const LabelSet& labels) const { return labels.hash(); }
};

// Label names, as far as they are known without data. `any`: there may be others.
struct LabelNames {
  std::set<std::string, std::less<>> names;
  bool any = false;

  bool has(std::string_view name) const { return any || names.contains(name); }
  LabelNames only(const LabelNames& others) const;     // the intersection
  LabelNames without(const LabelNames& others) const;  // `any` of the others removes nothing
  LabelNames with(const LabelNames& others) const;
  bool operator==(const LabelNames&) const = default;
};

}  // namespace hotspot::rules
