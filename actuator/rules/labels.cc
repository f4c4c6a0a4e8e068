#include "actuator/rules/labels.h"

#include <functional>

namespace hotspot::rules {

const char* to_string(Label label) {
  switch (label) {
    case Label::kNode:
      return "node";
    case Label::kDomain:
      return "domain";
    case Label::kVcpu:
      return "vcpu";
    case Label::kDevice:
      return "device";
  }
  return "unknown";
}

std::optional<Label> label_from_string(std::string_view text) {
  for (const Label label : kLabels) {
    if (text == to_string(label)) return label;
  }
  return std::nullopt;
}

LabelMask labels_of(model::Scope scope) {
  LabelMask mask;
  mask.set(Label::kNode);
  if (scope == model::Scope::kNode) return mask;
  mask.set(Label::kDomain);
  if (scope == model::Scope::kVcpu) mask.set(Label::kVcpu);
  if (scope == model::Scope::kDevice) mask.set(Label::kDevice);
  return mask;
}

LabelSet LabelSet::of(const model::SeriesInfo& series, const model::SeriesValue& value) {
  return {&series, value.node, value.domain, value.vcpu, value.device, labels_of(series.scope)};
}

std::string LabelSet::text(Label label) const {
  if (!present.has(label)) return "";
  switch (label) {
    case Label::kNode:
      return node->name();
    case Label::kDomain:
      return domain->name;
    case Label::kVcpu:
      return std::to_string(vcpu);
    case Label::kDevice:
      return std::string(device);
  }
  return "";
}

void LabelSet::copy(Label label, const LabelSet& from) {
  LabelMask one;
  one.set(label);
  if (!from.present.has(label)) {
    present = present.without(one);
    return;
  }
  present = present | one;
  switch (label) {
    case Label::kNode:
      node = from.node;
      return;
    case Label::kDomain:
      domain = from.domain;
      return;
    case Label::kVcpu:
      vcpu = from.vcpu;
      return;
    case Label::kDevice:
      device = from.device;
      return;
  }
}

std::string LabelSet::describe() const {
  std::string all;
  for (const Label label : kLabels) {
    if (!present.has(label)) continue;
    all += (all.empty() ? "" : ", ") + std::string(to_string(label)) + "=\"" + text(label) + "\"";
  }
  return "{" + all + "}";
}

LabelKey key_of(const LabelSet& labels, LabelMask mask) {
  const LabelMask taken = labels.present & mask;
  LabelKey key;
  if (taken.has(Label::kNode)) key.node = labels.node;
  if (taken.has(Label::kDomain)) key.domain = labels.domain;
  if (taken.has(Label::kVcpu)) key.vcpu = labels.vcpu;
  if (taken.has(Label::kDevice)) key.device = labels.device;
  return key;
}

std::size_t LabelKeyHash::operator()(const LabelKey& key) const {
  const auto mix = [](std::size_t hash, std::size_t more) {
    return (hash ^ more) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
  };
  std::size_t hash = mix(0, reinterpret_cast<std::size_t>(key.node));
  hash = mix(hash, reinterpret_cast<std::size_t>(key.domain));
  hash = mix(hash, reinterpret_cast<std::size_t>(key.name));
  hash = mix(hash, static_cast<std::size_t>(key.vcpu + 1));
  if (!key.device.empty()) hash = mix(hash, std::hash<std::string_view>()(key.device));
  return hash ^ (hash >> 32);
}

}  // namespace hotspot::rules
