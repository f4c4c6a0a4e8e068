// Reads libvirt's lists of typed parameters by name; parameters.h sets them. For files that call libvirt. Defined in
// the header, because the plugin reads some hundred parameters for each domain.
//
// A field that is missing, or of an unsuitable type, is empty: it was not measured.
#pragma once

#include <libvirt/libvirt.h>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::virt {

inline std::optional<std::int64_t> whole_number(const virTypedParameter& field) {
  constexpr unsigned long long kMost = std::numeric_limits<std::int64_t>::max();
  switch (field.type) {
    case VIR_TYPED_PARAM_INT:
      return field.value.i;
    case VIR_TYPED_PARAM_UINT:
      return field.value.ui;
    case VIR_TYPED_PARAM_LLONG:
      return field.value.l;
    case VIR_TYPED_PARAM_ULLONG:
      return field.value.ul <= kMost ? std::optional(static_cast<std::int64_t>(field.value.ul)) : std::nullopt;
    case VIR_TYPED_PARAM_BOOLEAN:
      return field.value.b;
    default:
      return std::nullopt;
  }
}

// Empty where there are more than 2^63 bytes: a guest's own figures may be anything.
inline std::optional<std::int64_t> bytes_of(std::uint64_t count, std::int64_t unit) {
  const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / unit);
  return count <= most ? std::optional(static_cast<std::int64_t>(count) * unit) : std::nullopt;
}

// A list has between some dozens and some hundreds of fields, which are mostly read in order: each search starts after
// the field that was found last. Thread rule: one thread at a time. The list must outlive it.
class TypedFields {
 public:
  TypedFields(const virTypedParameter* list, int count) : list_(list), count_(count) {}

  std::optional<std::int64_t> whole(std::string_view name) const {
    const virTypedParameter* found = find(name);
    return found == nullptr ? std::nullopt : whole_number(*found);
  }

  // Counts are never negative, and a counter may use all 64 bits.
  std::optional<std::uint64_t> count(std::string_view name) const {
    const virTypedParameter* found = find(name);
    if (found == nullptr) return std::nullopt;
    if (found->type == VIR_TYPED_PARAM_ULLONG) return found->value.ul;
    const auto value = found->type == VIR_TYPED_PARAM_BOOLEAN ? std::nullopt : whole_number(*found);
    return value && *value >= 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
  }

  // libvirt counts memory in KiB. Empty beyond 63 bits too.
  std::optional<std::int64_t> bytes_of_kib(std::string_view name) const { return bytes(name, kKibibyte); }
  std::optional<std::int64_t> bytes_of_mib(std::string_view name) const { return bytes(name, kMebibyte); }

  std::string text(std::string_view name) const {
    const virTypedParameter* found = find(name);
    return found != nullptr && found->type == VIR_TYPED_PARAM_STRING ? found->value.s : "";
  }

  template <typename Visit>
  void each(std::string_view prefix, Visit visit) const {
    for (int i = 0; i < count_; ++i) {
      if (std::string_view(list_[i].field).starts_with(prefix)) visit(list_[i]);
    }
  }

 private:
  std::optional<std::int64_t> bytes(std::string_view name, std::int64_t unit) const {
    const auto value = count(name);
    return value ? bytes_of(*value, unit) : std::nullopt;
  }

  const virTypedParameter* find(std::string_view name) const {
    for (int tried = 0; tried < count_; ++tried) {
      const int place = (next_ + tried) % count_;
      if (name != list_[place].field) continue;
      next_ = place + 1;
      return &list_[place];
    }
    return nullptr;
  }

  const virTypedParameter* list_;
  int count_;
  mutable int next_ = 0;
};

// The fields of a domain's job, freed automatically; empty if there is no job, or if libvirt cannot be asked.
class JobFields {
 public:
  JobFields(virDomainPtr domain, unsigned flags) {
    if (virDomainGetJobStats(domain, &type_, &list_, &count_, flags) != 0) type_ = VIR_DOMAIN_JOB_NONE;
  }
  ~JobFields() { virTypedParamsFree(list_, count_); }
  JobFields(const JobFields&) = delete;
  JobFields& operator=(const JobFields&) = delete;

  bool is_there() const { return type_ != VIR_DOMAIN_JOB_NONE; }
  int type() const { return type_; }  // virDomainJobType
  TypedFields fields() const { return {list_, count_}; }

 private:
  int type_ = VIR_DOMAIN_JOB_NONE;
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0;
};

// The integers returned by a libvirt function that has to be called twice: without a list for the number of fields, and
// then for the fields. ask(list, &count) returns 0 if libvirt answered. Empty: it did not. A number above 2^63 - 1 is
// reported as that: for some fields the largest number means "no limit", and a limit that is there is never missing.
template <typename Ask>
std::optional<std::map<std::string, std::int64_t>> ask_whole_numbers(Ask ask) {
  int count = 0;
  if (ask(nullptr, &count) != 0) return std::nullopt;
  std::vector<virTypedParameter> list(static_cast<std::size_t>(count));
  if (ask(list.data(), &count) != 0) return std::nullopt;
  std::map<std::string, std::int64_t> found;
  TypedFields(list.data(), count).each("", [&](const virTypedParameter& field) {
    if (const auto value = whole_number(field))
      found[field.field] = *value;
    else if (field.type == VIR_TYPED_PARAM_ULLONG)
      found[field.field] = std::numeric_limits<std::int64_t>::max();
  });
  virTypedParamsClear(list.data(), count);
  return found;
}

}  // namespace hotspot::virt
