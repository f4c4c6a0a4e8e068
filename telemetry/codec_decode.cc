// Decodes a snapshot from JSON, with simdjson.
#include <simdjson.h>

#include <cmath>
#include <concepts>
#include <functional>
#include <limits>
#include <unordered_set>

#include "telemetry/codec.h"
#include "telemetry/codec_fields.h"
#include "telemetry/plausible.h"

namespace hotspot::telemetry {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// Bounds of texts and lists; they are the same for every reader.
constexpr SnapshotLimits kLimits;
// Several times the number of columns of any version.
constexpr std::size_t kMostColumns = 512;
// Larger documents are rare: after one, the parser's buffers, which are several times as large, are freed.
constexpr std::size_t kLargeDocument = 2u << 20;

// Each set() converts a JSON value into a field. False: it is of another type, out of range or too long. Null leaves
// the field as it is, which is empty.
bool set(element from, std::string& to) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS || text.size() > kLimits.text_bytes) return false;
  to = text;
  return true;
}

bool set(element from, bool& to) { return from.get(to) == simdjson::SUCCESS; }

bool set(element from, double& to) { return from.get(to) == simdjson::SUCCESS && std::isfinite(to); }

template <std::integral Number>
requires(!std::same_as<Number, bool>) bool set(element from, Number& to) {
  if constexpr (std::unsigned_integral<Number>) {
    std::uint64_t number = 0;
    if (from.get(number) != simdjson::SUCCESS || number > std::numeric_limits<Number>::max()) return false;
    to = static_cast<Number>(number);
  } else {
    std::int64_t number = 0;
    if (from.get(number) != simdjson::SUCCESS) return false;
    if (number < std::numeric_limits<Number>::min() || number > std::numeric_limits<Number>::max()) return false;
    to = static_cast<Number>(number);
  }
  return true;
}

bool set(element from, DomainState& to) {
  std::string text;
  if (!set(from, text)) return false;
  to = domain_state_from_string(text);
  return true;
}

bool set(element from, std::vector<std::string>& to) {
  array list;
  if (from.get(list) != simdjson::SUCCESS || list.size() > kLimits.list_items) return false;
  for (const element one : list) {
    if (!set(one, to.emplace_back())) return false;
  }
  return true;
}

bool set(element from, Policy& to);
bool set(element from, Pressure& to);
bool set(element from, std::vector<NumaCell>& to);
bool set(element from, std::vector<LinkSample>& to);
bool set(element from, std::vector<Filesystem>& to);
bool set(element from, std::vector<BlockDevice>& to);
bool set(element from, std::vector<HugePagePool>& to);

template <typename T>
bool set(element from, std::optional<T>& to) {
  return set(from, to.emplace());
}

// Reads the known fields of an object. Returns the name of the first that does not fit, "" if all do.
template <typename Struct, typename Fields>
std::string_view set_object(object from, Struct& to, Fields each_field) {
  std::string_view wrong;
  each_field([&](std::string_view name, auto member) {
    element value;
    if (!wrong.empty() || from.at_key(name).get(value) != simdjson::SUCCESS || value.is_null()) return;
    if (!set(value, to.*member)) wrong = name;
  });
  return wrong;
}

template <typename Struct, typename Fields>
bool set_struct(element from, Struct& to, Fields each_field) {
  object fields;
  return from.get(fields) == simdjson::SUCCESS && set_object(fields, to, each_field).empty();
}

// Whoever may write a domain's metadata may write anything there: an unreadable policy affects that domain alone.
bool set(element from, Policy& to) {
  if (set_struct(from, to, [](auto&& v) { fields::of_policy(v); })) return true;
  to = {};
  to.mode = kUnreadableMode;
  return true;
}

bool set(element from, Pressure& to) {
  return set_struct(from, to, [](auto&& v) { fields::of_pressure(v); });
}

template <typename Struct, typename Fields>
bool set_list(element from, std::vector<Struct>& to, Fields each_field) {
  array list;
  if (from.get(list) != simdjson::SUCCESS || list.size() > kLimits.node_items) return false;
  for (const element one : list) {
    if (!set_struct(one, to.emplace_back(), each_field)) return false;
  }
  return true;
}

bool set(element from, std::vector<NumaCell>& to) {
  return set_list(from, to, [](auto&& v) { fields::of_numa_cell(v); });
}

bool set(element from, std::vector<LinkSample>& to) {
  return set_list(from, to, [](auto&& v) { fields::of_link(v); });
}

bool set(element from, std::vector<Filesystem>& to) {
  return set_list(from, to, [](auto&& v) { fields::of_filesystem(v); });
}

bool set(element from, std::vector<BlockDevice>& to) {
  return set_list(from, to, [](auto&& v) { fields::of_block_device(v); });
}

bool set(element from, std::vector<HugePagePool>& to) {
  return set_list(from, to, [](auto&& v) { fields::of_huge_page_pool(v); });
}

DecodeError not_a_snapshot(std::string why) { return {DecodeFault::kNotASnapshot, std::move(why)}; }

std::optional<DecodeError> check_count(const std::string& what, std::size_t count, std::size_t most) {
  if (count <= most) return std::nullopt;
  return DecodeError{DecodeFault::kTooMany, what + ": " + std::to_string(count) + ", at most " + std::to_string(most) +
                                                " are taken (limits.domains_per_node in hotspotd.yaml)"};
}

// What is being read, and how much of it is allowed.
struct Reading {
  object root;
  NodeSnapshot& to;
  const SnapshotLimits& limits;
};

// A table: its column names, matched with the known fields. Unknown columns are skipped.
template <typename Struct>
class Columns {
 public:
  template <typename Fields>
  static Result<Columns, DecodeError> of(element names, const char* table, Fields each_field) {
    array list;
    if (names.get(list) != simdjson::SUCCESS) return not_a_snapshot(std::string(table) + ": the columns are no list");
    if (list.size() > kMostColumns)
      return DecodeError{DecodeFault::kTooMany,
                         std::string(table) + ": more than " + std::to_string(kMostColumns) + " columns"};
    Columns columns;
    columns.table_ = table;
    for (const element one : list) {
      std::string_view name;
      if (one.get(name) != simdjson::SUCCESS) return not_a_snapshot(std::string(table) + ": a column has no name");
      columns.columns_.push_back({std::string(name), nullptr});
      each_field([&](std::string_view known, auto member) {
        if (known != name) return;
        columns.columns_.back().set = [member](element from, Struct& to) { return set(from, to.*member); };
      });
    }
    return columns;
  }

  std::optional<DecodeError> read(array row, Struct& to) const {
    std::size_t place = 0;
    for (const element value : row) {
      if (place >= columns_.size()) return not_a_snapshot(std::string(table_) + ": a row is longer than the columns");
      const Column& column = columns_[place++];
      if (column.set == nullptr || value.is_null()) continue;
      if (!column.set(value, to)) {
        return not_a_snapshot(std::string(table_) + ": a value of '" + column.name +
                              "' is of the wrong type or too long");
      }
    }
    return std::nullopt;
  }

 private:
  struct Column {
    std::string name;
    std::function<bool(element, Struct&)> set;
  };
  const char* table_ = "";
  std::vector<Column> columns_;
};

// A domain is identified by its UUID, and libvirt allows each name once.
std::optional<DecodeError> check_identities(const NodeSnapshot& snapshot) {
  std::unordered_set<std::string_view> uuids, names;
  for (const DomainSample& domain : snapshot.domains) {
    if (domain.uuid.empty()) return not_a_snapshot("a domain has no UUID");
    if (domain.uuid.size() > kLimits.name_bytes || domain.name.size() > kLimits.name_bytes)
      return not_a_snapshot("a domain's UUID or name is too long");
    if (!uuids.insert(domain.uuid).second) return not_a_snapshot("the domain " + domain.uuid + " is listed twice");
    if (!domain.name.empty() && !names.insert(domain.name).second)
      return not_a_snapshot("two domains have the name '" + domain.name + "'");
  }
  return std::nullopt;
}

std::optional<DecodeError> read_domains(const Reading& reading) {
  auto& [root, to, limits] = reading;
  element names, rows;
  if (root.at_key("columns").get(names) != simdjson::SUCCESS) return not_a_snapshot("there are no columns");
  if (root.at_key("domains").get(rows) != simdjson::SUCCESS) return not_a_snapshot("there is no list of domains");
  const auto columns = Columns<DomainSample>::of(names, "domains", [](auto&& v) { fields::of_domain(v); });
  if (!columns) return columns.error();
  array list;
  if (rows.get(list) != simdjson::SUCCESS) return not_a_snapshot("the domains are no list");
  if (auto wrong = check_count("the domains of " + to.node.name, list.size(), limits.domains)) return wrong;
  for (const element one : list) {
    array row;
    if (one.get(row) != simdjson::SUCCESS) return not_a_snapshot("a domain is no list of values");
    DomainSample& domain = to.domains.emplace_back();
    if (auto wrong = columns->read(row, domain)) return wrong;
  }
  return check_identities(to);
}

// A list of devices: each row belongs to the domain at the index in its column "domain".
template <typename Item, typename Fields>
std::optional<DecodeError> read_devices(const Reading& reading, const char* table,
                                        std::vector<Item> DomainSample::*items, Fields each_field) {
  auto& [root, to, limits] = reading;
  struct Placed : Item {
    std::size_t domain = std::numeric_limits<std::size_t>::max();
  };
  element content, names, rows;
  if (root.at_key(table).get(content) != simdjson::SUCCESS || content.is_null()) return std::nullopt;
  if (content.at_key("columns").get(names) != simdjson::SUCCESS ||
      content.at_key("rows").get(rows) != simdjson::SUCCESS) {
    return not_a_snapshot(std::string(table) + " has no columns or no rows");
  }
  const auto columns = Columns<Placed>::of(names, table, [&](auto&& visit) {
    visit("domain", &Placed::domain);
    each_field(visit);
  });
  if (!columns) return columns.error();
  array list;
  if (rows.get(list) != simdjson::SUCCESS) return not_a_snapshot(std::string(table) + ": the rows are no list");
  const std::size_t most = limits.domains * limits.devices_per_domain_mean;
  if (auto wrong = check_count(std::string("the rows of ") + table, list.size(), most)) return wrong;
  for (const element one : list) {
    array row;
    if (one.get(row) != simdjson::SUCCESS) return not_a_snapshot(std::string(table) + ": a row is no list");
    Placed placed;
    if (auto wrong = columns->read(row, placed)) return wrong;
    if (placed.domain >= to.domains.size()) {
      return not_a_snapshot(std::string(table) + ": a row belongs to no domain");
    }
    auto& of_domain = to.domains[placed.domain].*items;
    if (of_domain.size() >= limits.devices_per_domain) {
      return DecodeError{DecodeFault::kTooMany, std::string(table) + " of " + to.domains[placed.domain].name +
                                                    ": more than " + std::to_string(limits.devices_per_domain)};
    }
    of_domain.push_back(std::move(static_cast<Item&>(placed)));
  }
  return std::nullopt;
}

std::optional<DecodeError> check_schema(object root) {
  std::int64_t schema = 0;
  if (root.at_key("schema").get(schema) != simdjson::SUCCESS || schema < 1) return not_a_snapshot("there is no schema");
  if (schema <= kSchema) return std::nullopt;
  return DecodeError{DecodeFault::kHigherSchema, "the snapshot is of schema " + std::to_string(schema) +
                                                     ", this program knows schema " + std::to_string(kSchema) +
                                                     " and below: update it before the collectors"};
}

std::optional<DecodeError> read_head(object root, NodeSnapshot& to) {
  double taken_at = 0;
  if (root.at_key("taken_at").get(taken_at) != simdjson::SUCCESS || !(taken_at > 0) || taken_at > 1e11) {
    return not_a_snapshot("there is no taken_at");
  }
  to.taken_at = from_unix_ms(std::llround(taken_at * 1000));
  const std::string_view wrong = set_object(root, to, [](auto&& visit) {
    visit("cluster", &NodeSnapshot::cluster);
    visit("sequence", &NodeSnapshot::sequence);
    visit("elapsed_seconds", &NodeSnapshot::elapsed_seconds);
    visit("interval_seconds", &NodeSnapshot::interval_seconds);
  });
  if (!wrong.empty()) return not_a_snapshot("'" + std::string(wrong) + "' is of the wrong type or too long");
  if (to.interval_seconds < 0 || to.interval_seconds > 86'400 * 366.0) {
    return not_a_snapshot("'interval_seconds' is out of range");
  }
  return std::nullopt;
}

std::optional<DecodeError> read_node(object root, NodeSnapshot& to) {
  object node;
  if (root.at_key("node").get(node) != simdjson::SUCCESS) return not_a_snapshot("there is no node");
  std::string_view wrong = set_object(node, to.node, [](auto&& v) { fields::of_node(v); });
  if (!wrong.empty()) return not_a_snapshot("node: '" + std::string(wrong) + "' is of the wrong type or too long");
  if (to.node.uuid.empty()) return not_a_snapshot("the node has no UUID");
  if (to.node.uuid.size() > kLimits.name_bytes || to.node.name.size() > kLimits.name_bytes)
    return not_a_snapshot("the node's UUID or name is too long");
  object collector;
  if (root.at_key("collector").get(collector) != simdjson::SUCCESS) return std::nullopt;
  wrong = set_object(collector, to.collector, [](auto&& v) { fields::of_collector(v); });
  if (!wrong.empty()) return not_a_snapshot("collector: '" + std::string(wrong) + "' is of the wrong type or too long");
  return std::nullopt;
}

std::optional<DecodeError> read_snapshot(const Reading& reading) {
  if (auto wrong = check_schema(reading.root)) return wrong;
  if (auto wrong = read_head(reading.root, reading.to)) return wrong;
  if (auto wrong = read_node(reading.root, reading.to)) return wrong;
  if (auto wrong = read_domains(reading)) return wrong;
  if (auto wrong = read_devices(reading, "vcpus", &DomainSample::vcpu_samples, [](auto&& v) { fields::of_vcpu(v); }))
    return wrong;
  if (auto wrong = read_devices(reading, "disks", &DomainSample::disks, [](auto&& v) { fields::of_disk(v); }))
    return wrong;
  if (auto wrong =
          read_devices(reading, "interfaces", &DomainSample::interfaces, [](auto&& v) { fields::of_interface(v); }))
    return wrong;
  if (auto wrong = read_devices(reading, "disk_sources", &DomainSample::disk_sources,
                                [](auto&& v) { fields::of_disk_source(v); }))
    return wrong;
  if (auto wrong = read_devices(reading, "memory_devices", &DomainSample::memory_devices,
                                [](auto&& v) { fields::of_memory_device(v); }))
    return wrong;
  if (auto wrong = drop_implausible(reading.to)) return DecodeError{DecodeFault::kOutOfRange, std::move(*wrong)};
  return std::nullopt;
}

}  // namespace

struct SnapshotDecoder::Parser {
  simdjson::dom::parser json;
};

SnapshotDecoder::SnapshotDecoder(const SnapshotLimits& limits) : parser_(std::make_unique<Parser>()), limits_(limits) {}
SnapshotDecoder::~SnapshotDecoder() = default;
SnapshotDecoder::SnapshotDecoder(SnapshotDecoder&&) noexcept = default;
SnapshotDecoder& SnapshotDecoder::operator=(SnapshotDecoder&&) noexcept = default;

Result<NodeSnapshot, DecodeError> SnapshotDecoder::decode(std::string_view json) {
  if (json.size() > limits_.bytes) {
    return DecodeError{DecodeFault::kTooLarge, "the snapshot has " + std::to_string(json.size()) + " bytes, at most " +
                                                   std::to_string(limits_.bytes) + " are taken"};
  }
  if (parser_->json.capacity() > kLargeDocument && json.size() <= kLargeDocument)
    parser_->json = simdjson::dom::parser();
  element document;
  const simdjson::error_code fault = parser_->json.parse(json.data(), json.size()).get(document);
  if (fault != simdjson::SUCCESS) {
    return DecodeError{DecodeFault::kNotJson, std::string("not JSON, or cut off: ") + simdjson::error_message(fault)};
  }
  object root;
  if (document.get(root) != simdjson::SUCCESS) return not_a_snapshot("it is no JSON object");
  NodeSnapshot snapshot;
  if (auto wrong = read_snapshot({root, snapshot, limits_})) return std::move(*wrong);
  return snapshot;
}

const char* to_string(DecodeFault fault) {
  switch (fault) {
    case DecodeFault::kNotJson:
      return "not_json";
    case DecodeFault::kTooLarge:
      return "too_large";
    case DecodeFault::kHigherSchema:
      return "higher_schema";
    case DecodeFault::kNotASnapshot:
      return "not_a_snapshot";
    case DecodeFault::kTooMany:
      return "too_many";
    case DecodeFault::kOutOfRange:
      return "out_of_range";
  }
  return "unknown";
}

}  // namespace hotspot::telemetry
