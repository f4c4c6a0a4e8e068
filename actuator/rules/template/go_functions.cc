// print and its variants, index, slice, len, not, and the escapes for HTML, JavaScript and URLs.
#include <array>

#include "actuator/rules/template/digits.h"
#include "actuator/rules/template/escapes.h"
#include "actuator/rules/template/format.h"
#include "actuator/rules/template/functions.h"
#include "common/text/characters.h"

namespace hotspot::rules::templates {
namespace {

using Arguments = std::span<const Value>;

// A single text as it is, everything else as printed.
std::string plain(Arguments arguments) {
  if (arguments.size() == 1 && arguments[0].is(Type::kString)) return arguments[0].text();
  std::string made;
  std::vector<Value> printable;
  for (const Value& one : arguments) {
    if (one.is(Type::kNone))
      printable.push_back(of_text("<no value>"));
    else if (one.is(Type::kSample))
      printable.push_back(of_text(printed(one)));
    else
      printable.push_back(one);
  }
  return print(printable);
}

Result<std::size_t> place(const Value& index, std::size_t most) {
  if (index.is(Type::kNone)) return Error{"cannot index slice/array with nil"};
  if (!is_integer(index)) return Error{"cannot index slice/array with type " + type_name(index)};
  if (index.integer() < 0 || static_cast<std::uint64_t>(index.integer()) > most)
    return Error{"index out of range: " + std::to_string(index.integer())};
  return static_cast<std::size_t>(index.integer());
}

Result<Value> in_map(const Value& item, const Value& key) {
  if (key.is(Type::kNone)) return Error{"value is nil; should be of type string"};
  if (!key.is(Type::kString)) return Error{"value has type " + type_name(key) + "; should be string"};
  if (item.is(Type::kTextMap)) {
    const auto found = item.texts().find(key.text());
    return found == item.texts().end() ? of_text("") : of_text(found->second);
  }
  const auto found = item.values().find(key.text());
  return found == item.values().end() ? Value{} : found->second;
}

Result<Value> at_index(const Value& item, const Value& index) {
  if (item.is(Type::kTextMap) || item.is(Type::kValueMap)) return in_map(item, index);
  if (item.is(Type::kSample) && item.sample() == nullptr) return Error{"index of nil pointer"};
  if (!is_text(item) && !item.is(Type::kSamples)) {
    const std::string name = type_name(item);
    return Error{"can't index item of type " + (name[0] == '*' ? name.substr(1) : name)};
  }
  const std::size_t size = is_text(item) ? item.text().size() : item.samples().size();
  const auto found = place(index, size);
  if (!found) return found.error();
  if (*found == size)
    return Error{"reflect: " + std::string(is_text(item) ? "string" : "slice") + " index out of range"};
  if (is_text(item)) return of_kind(Type::kByte, static_cast<unsigned char>(item.text()[*found]));
  return of_sample(item.samples()[*found]);
}

Result<Value> index(Arguments arguments, Surroundings&) {
  Value item = arguments[0];
  if (item.is(Type::kNone)) return Error{"index of untyped nil"};
  for (const Value& one : arguments.subspan(1)) {
    auto next = at_index(item, one);
    if (!next) return next;
    item = std::move(next).value();
  }
  return item;
}

Result<Value> slice(Arguments arguments, Surroundings&) {
  const Value& item = arguments[0];
  if (item.is(Type::kNone)) return Error{"slice of untyped nil"};
  if (arguments.size() > 4) return Error{"too many slice indexes: " + std::to_string(arguments.size() - 1)};
  if (is_text(item) && arguments.size() == 4) return Error{"cannot 3-index slice a string"};
  if (!is_text(item) && !item.is(Type::kSamples)) return Error{"can't slice item of type " + type_name(item)};
  const std::size_t size = is_text(item) ? item.text().size() : item.samples().size();
  std::array<std::size_t, 3> places{0, size, size};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const auto found = place(arguments[i], size);
    if (!found) return found.error();
    places[i - 1] = *found;
  }
  for (std::size_t i = 0; i + 1 < (arguments.size() == 4 ? 3U : 2U); ++i) {
    if (places[i] > places[i + 1])
      return Error{"invalid slice index: " + std::to_string(places[i]) + " > " + std::to_string(places[i + 1])};
  }
  if (is_text(item)) return of_text(item.text().substr(places[0], places[1] - places[0]), item.type);
  const auto& samples = item.samples();
  return of_samples({samples.begin() + static_cast<std::ptrdiff_t>(places[0]),
                     samples.begin() + static_cast<std::ptrdiff_t>(places[1])});
}

Result<Value> length(Arguments arguments, Surroundings&) {
  const Value& item = arguments[0];
  if (is_text(item)) return of_int(static_cast<std::int64_t>(item.text().size()));
  switch (item.type) {
    case Type::kNone:
      return Error{"reflect: call of reflect.Value.Type on zero Value"};
    case Type::kTextMap:
      return of_int(static_cast<std::int64_t>(item.texts().size()));
    case Type::kValueMap:
      return of_int(static_cast<std::int64_t>(item.values().size()));
    case Type::kSamples:
      return of_int(static_cast<std::int64_t>(item.samples().size()));
    default:
      const std::string name = type_name(item);
      return Error{"len of type " + (name[0] == '*' ? name.substr(1) : name)};
  }
}

Result<Value> negation(Arguments arguments, Surroundings&) { return of_bool(!is_true(arguments[0])); }

// No value is callable.
Result<Value> call(Arguments arguments, Surroundings&) {
  if (arguments[0].is(Type::kNone)) return Error{"call of nil"};
  return Error{"non-function of type " + type_name(arguments[0])};
}

Result<Value> print_all(Arguments arguments, Surroundings&) { return of_text(print(arguments)); }
Result<Value> print_lines(Arguments arguments, Surroundings&) { return of_text(print_line(arguments)); }
Result<Value> print_formatted(Arguments arguments, Surroundings&) {
  return of_text(print_format(arguments[0].text(), arguments.subspan(1)));
}
Result<Value> html(Arguments arguments, Surroundings&) { return of_text(escape_html(plain(arguments))); }
Result<Value> js(Arguments arguments, Surroundings&) { return of_text(escape_js(plain(arguments))); }
Result<Value> url(Arguments arguments, Surroundings&) { return of_text(escape_query(plain(arguments))); }

}  // namespace

std::vector<Function> go_functions() {
  using enum Parameter;
  return {{"and", {kAny, kAny}, true, nullptr},   {"or", {kAny, kAny}, true, nullptr},
          {"not", {kAny}, false, negation},       {"len", {kAny}, false, length},
          {"index", {kAny, kAny}, true, index},   {"slice", {kAny, kAny}, true, slice},
          {"call", {kAny, kAny}, true, call},     {"print", {kAny}, true, print_all},
          {"println", {kAny}, true, print_lines}, {"printf", {kText, kAny}, true, print_formatted},
          {"html", {kAny}, true, html},           {"js", {kAny}, true, js},
          {"urlquery", {kAny}, true, url}};
}

}  // namespace hotspot::rules::templates
