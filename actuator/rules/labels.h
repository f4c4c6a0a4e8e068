// Labels of one value, without their texts: what they point at.
//
// Identity is what is pointed at. Two domains of one name on two nodes are two; texts are made only for people and for
// matchers. Valid as long as the cluster.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actuator/model/series.h"

namespace hotspot::rules {

enum class Label : std::uint8_t { kNode = 1, kDomain = 2, kVcpu = 4, kDevice = 8 };
constexpr std::array<Label, 4> kLabels{Label::kNode, Label::kDomain, Label::kVcpu, Label::kDevice};

const char* to_string(Label label);
std::optional<Label> label_from_string(std::string_view text);

class LabelMask {
 public:
  constexpr LabelMask() = default;
  constexpr explicit LabelMask(std::uint8_t bits) : bits_(bits) {}
  constexpr bool has(Label label) const { return (bits_ & static_cast<std::uint8_t>(label)) != 0; }
  constexpr void set(Label label) { bits_ = static_cast<std::uint8_t>(bits_ | static_cast<std::uint8_t>(label)); }
  constexpr LabelMask operator&(LabelMask o) const { return LabelMask(static_cast<std::uint8_t>(bits_ & o.bits_)); }
  constexpr LabelMask operator|(LabelMask o) const { return LabelMask(static_cast<std::uint8_t>(bits_ | o.bits_)); }
  constexpr LabelMask without(LabelMask o) const { return LabelMask(static_cast<std::uint8_t>(bits_ & ~o.bits_)); }
  bool operator==(const LabelMask&) const = default;

 private:
  std::uint8_t bits_ = 0;
};
constexpr LabelMask kAllLabels{15};

LabelMask labels_of(model::Scope scope);

struct LabelSet {
  const model::SeriesInfo* name = nullptr;  // Prometheus's __name__; null once an operation dropped it
  // Where the value comes from. They stay when their label is dropped; only `present` says which labels there are.
  const model::Node* node = nullptr;
  const model::DomainSample* domain = nullptr;
  int vcpu = -1;
  std::string_view device;
  LabelMask present;

  static LabelSet of(const model::SeriesInfo& series, const model::SeriesValue& value);
  // "" for a label that is not there, as in Prometheus.
  std::string text(Label label) const;
  void copy(Label label, const LabelSet& from);
  std::string describe() const;  // {node="h1", domain="a"}
};

// The values of some labels, to compare and to hash.
struct LabelKey {
  const void* node = nullptr;
  const void* domain = nullptr;
  int vcpu = -1;
  std::string_view device;
  const void* name = nullptr;
  bool operator==(const LabelKey&) const = default;
};
LabelKey key_of(const LabelSet& labels, LabelMask mask);  // without the name

struct LabelKeyHash {
  std::size_t operator()(const LabelKey& key) const;
};

}  // namespace hotspot::rules
