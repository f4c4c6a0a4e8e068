// Encodes a snapshot as JSON.
#include <concepts>
#include <type_traits>

#include "telemetry/codec.h"
#include "telemetry/codec_fields.h"
#include "telemetry/json_text.h"

namespace hotspot::telemetry {
namespace {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void raw(std::string_view text) { out_ += text; }
  void key(std::string_view name) {
    string(name);
    out_ += ':';
  }

  void value(const std::string& text) { string(text); }
  void value(bool yes) { out_ += yes ? "true" : "false"; }
  void value(DomainState state) { string(to_string(state)); }

  template <std::integral Number>
  requires(!std::same_as<Number, bool>) void value(Number number) { append_json_number(out_, number); }

  void value(double number) { append_json_number(out_, number); }

  template <typename T>
  void value(const std::optional<T>& maybe) {
    if (maybe) {
      value(*maybe);
    } else {
      out_ += "null";
    }
  }

  void value(const std::vector<std::string>& texts) {
    if (texts.empty()) return raw("null");
    list('[', ']', texts, [&](const std::string& text) { string(text); });
  }

  void value(const std::vector<NumaCell>& cells) {
    list('[', ']', cells, [&](const NumaCell& cell) { object(cell, [](auto&& v) { fields::of_numa_cell(v); }); });
  }

  void value(const std::vector<LinkSample>& links) {
    list('[', ']', links, [&](const LinkSample& link) { object(link, [](auto&& v) { fields::of_link(v); }); });
  }

  void value(const std::vector<Filesystem>& all) {
    list('[', ']', all, [&](const Filesystem& one) { object(one, [](auto&& v) { fields::of_filesystem(v); }); });
  }

  void value(const std::vector<BlockDevice>& all) {
    list('[', ']', all, [&](const BlockDevice& one) { object(one, [](auto&& v) { fields::of_block_device(v); }); });
  }

  void value(const std::vector<HugePagePool>& all) {
    list('[', ']', all, [&](const HugePagePool& one) { object(one, [](auto&& v) { fields::of_huge_page_pool(v); }); });
  }

  void value(const Names& names) {
    if (!names) return raw("null");
    list('[', ']', *names, [&](const std::string& name) { string(name); });
  }

  void value(const Pressure& pressure) {
    object(pressure, [](auto&& v) { fields::of_pressure(v); });
  }

  void value(const Policy& policy) {
    if (policy == Policy()) return raw("null");
    object(policy, [](auto&& v) { fields::of_policy(v); });
  }

  template <typename Struct, typename Fields>
  void object(const Struct& from, Fields each_field) {
    out_ += '{';
    bool first = true;
    each_field([&](std::string_view name, auto member) {
      if (!first) out_ += ',';
      first = false;
      key(name);
      value(from.*member);
    });
    out_ += '}';
  }

  template <typename Struct, typename Fields>
  void row(const Struct& from, Fields each_field) {
    bool first = true;
    each_field([&](std::string_view, auto member) {
      if (!first) out_ += ',';
      first = false;
      value(from.*member);
    });
  }

  template <typename Fields>
  void column_names(Fields each_field) {
    bool first = true;
    each_field([&](std::string_view name, auto) {
      if (!first) out_ += ',';
      first = false;
      string(name);
    });
  }

  template <typename Range, typename One>
  void list(char open, char close, const Range& range, One one) {
    out_ += open;
    bool first = true;
    for (const auto& item : range) {
      if (!first) out_ += ',';
      first = false;
      one(item);
    }
    out_ += close;
  }

 private:
  void string(std::string_view text) { append_json_string(out_, text); }

  std::string& out_;
};

// {"columns":["domain","vcpu",…],"rows":[[0,1,…],…]}: one list for all domains, each row with the domain's index.
template <typename Item, typename Fields>
void device_table(Writer& writer, const NodeSnapshot& snapshot, std::vector<Item> DomainSample::*items,
                  Fields each_field) {
  writer.raw("{\"columns\":[\"domain\",");
  writer.column_names(each_field);
  writer.raw("],\"rows\":[");
  bool first = true;
  for (std::size_t place = 0; place < snapshot.domains.size(); ++place) {
    for (const Item& item : snapshot.domains[place].*items) {
      writer.raw(first ? "[" : ",[");
      first = false;
      writer.value(place);
      writer.raw(",");
      writer.row(item, each_field);
      writer.raw("]");
    }
  }
  writer.raw("]}");
}

// Seconds with three decimals, without the rounding of a double.
std::string seconds_text(WallTime time) {
  const std::int64_t ms = to_unix_ms(time);
  const std::string decimals = std::to_string(1000 + (ms < 0 ? 0 : ms % 1000)).substr(1);
  return std::to_string(ms / 1000) + "." + decimals;
}

}  // namespace

std::string encode(const NodeSnapshot& snapshot) {
  std::string out;
  out.reserve(2048 + snapshot.domains.size() * 768);
  Writer writer(out);
  const auto domain_fields = [](auto&& v) { fields::of_domain(v); };
  writer.raw("{\"schema\":" + std::to_string(kSchema) + ",\"cluster\":");
  writer.value(snapshot.cluster);
  writer.raw(",\"taken_at\":" + seconds_text(snapshot.taken_at) + ",\"sequence\":");
  writer.value(snapshot.sequence);
  writer.raw(",\"elapsed_seconds\":");
  writer.value(snapshot.elapsed_seconds);
  writer.raw(",\"interval_seconds\":");
  writer.value(snapshot.interval_seconds);
  writer.raw(",\"collector\":");
  writer.object(snapshot.collector, [](auto&& v) { fields::of_collector(v); });
  writer.raw(",\"node\":");
  writer.object(snapshot.node, [](auto&& v) { fields::of_node(v); });
  writer.raw(",\"columns\":[");
  writer.column_names(domain_fields);
  writer.raw("],\"domains\":");
  writer.list('[', ']', snapshot.domains, [&](const DomainSample& domain) {
    writer.raw("[");
    writer.row(domain, domain_fields);
    writer.raw("]");
  });
  writer.raw(",\"vcpus\":");
  device_table(writer, snapshot, &DomainSample::vcpu_samples, [](auto&& v) { fields::of_vcpu(v); });
  writer.raw(",\"disks\":");
  device_table(writer, snapshot, &DomainSample::disks, [](auto&& v) { fields::of_disk(v); });
  writer.raw(",\"interfaces\":");
  device_table(writer, snapshot, &DomainSample::interfaces, [](auto&& v) { fields::of_interface(v); });
  writer.raw(",\"disk_sources\":");
  device_table(writer, snapshot, &DomainSample::disk_sources, [](auto&& v) { fields::of_disk_source(v); });
  writer.raw(",\"memory_devices\":");
  device_table(writer, snapshot, &DomainSample::memory_devices, [](auto&& v) { fields::of_memory_device(v); });
  writer.raw("}");
  return out;
}

}  // namespace hotspot::telemetry
