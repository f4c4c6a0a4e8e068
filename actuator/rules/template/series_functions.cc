// Functions on series: query, first, value, label and others.
#include <algorithm>

#include "actuator/rules/template/functions.h"

namespace hotspot::rules::templates {
namespace {

using Arguments = std::span<const Value>;

const Error kNil{"runtime error: invalid memory address or nil pointer dereference"};

constexpr int kMaxNested = 100;  // nested maps; traversing them uses the stack

const std::string& label_of(const Sample& sample, const std::string& name) {
  static const std::string kNone;
  const auto found = sample.labels.find(name);
  return found == sample.labels.end() ? kNone : found->second;
}

Result<Value> query(Arguments arguments, Surroundings& around) {
  if (!around.query) return Error{"there are no series here"};
  if (around.queries_left-- <= 0) return Error{"a template may ask for series 100 times"};
  auto found = around.query(arguments[0].text());
  if (!found) return found.error();
  return of_samples(std::move(found).value());
}

Result<Value> first(Arguments arguments, Surroundings&) {
  const SampleList& samples = arguments[0].samples();
  if (samples.empty()) return Error{"first() called on vector with no elements"};
  return of_sample(samples.front());
}

Result<Value> label(Arguments arguments, Surroundings&) {
  const Sample* sample = arguments[1].sample();
  if (sample == nullptr) return kNil;
  return of_text(label_of(*sample, arguments[0].text()));
}

Result<Value> value(Arguments arguments, Surroundings&) {
  const Sample* sample = arguments[0].sample();
  if (sample == nullptr) return kNil;
  return of_number(sample->value);
}

Result<Value> text_value(Arguments arguments, Surroundings&) {
  const Sample* sample = arguments[0].sample();
  if (sample == nullptr) return kNil;
  return of_text(label_of(*sample, "__value__"));
}

Result<Value> sorted(Arguments arguments, Surroundings&) {
  SampleList samples = arguments[1].samples();
  const std::string& name = arguments[0].text();
  std::stable_sort(samples.begin(), samples.end(),
                   [&](const auto& a, const auto& b) { return label_of(*a, name) < label_of(*b, name); });
  return of_samples(std::move(samples));
}

Result<Value> arguments_map(Arguments arguments, Surroundings&) {
  NestedMap map;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    map.depth = std::max(map.depth, arguments[i].depth() + 1);
    map.values.emplace("arg" + std::to_string(i), arguments[i]);
  }
  if (map.depth > kMaxNested) return Error{"maps nested more than 100 deep"};
  return Value{Type::kValueMap, std::make_shared<const NestedMap>(std::move(map))};
}

Result<Value> external_url(Arguments, Surroundings& around) { return of_text(around.external_url); }

// The path after the host.
Result<Value> path_prefix(Arguments, Surroundings& around) {
  std::string_view url = around.external_url;
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    url.remove_prefix(std::min(url.find('/'), url.size()));
  }
  return of_text(std::string(url.substr(0, url.find_first_of("?#"))));
}

Result<Value> now(Arguments, Surroundings& around) { return of_number(around.now); }

}  // namespace

std::vector<Function> series_functions() {
  using enum Parameter;
  return {{"query", {kText}, false, query},           {"first", {kSamples}, false, first},
          {"label", {kText, kSample}, false, label},  {"value", {kSample}, false, value},
          {"strvalue", {kSample}, false, text_value}, {"sortByLabel", {kText, kSamples}, false, sorted},
          {"args", {kAny}, true, arguments_map},      {"externalURL", {}, false, external_url},
          {"pathPrefix", {}, false, path_prefix},     {"now", {}, false, now}};
}

}  // namespace hotspot::rules::templates
