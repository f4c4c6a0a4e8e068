#include "actuator/daemon/config_admission.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "actuator/daemon/config_values.h"
#include "actuator/loop/admission.h"
#include "common/text/visible.h"

namespace hotspot::daemon {
namespace {

using Reader = ConfigReader;

Reader::Setter admission_switch(bool& target) {
  return [&target](const std::string& text) -> std::string {
    const auto value = parse_switch(text);
    if (!value) return value.error().message;
    target = *value;
    return "";
  };
}

// Returns the problem of the text as a word of a URI.
std::string add_word(const std::string& text, std::set<std::string>& target) {
  const bool plain =
      !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-_") == std::string::npos;
  if (!plain) return "'" + text::visible(text) + "' has other characters than small letters, digits and + . - _";
  target.insert(text);
  return "";
}

void read_words(Reader& reader, const YAML::Node& node, const char* key, std::set<std::string>& target) {
  target.clear();
  const auto one = [&](const YAML::Node& item) {
    const std::string wrong = item.IsScalar() ? add_word(item.Scalar(), target) : "must be a list of words";
    if (!wrong.empty()) reader.complain(item.Mark(), std::string("'") + key + "': " + wrong);
  };
  if (!node.IsSequence()) return one(node);
  for (const auto& item : node) one(item);
}

Reader::Setter node_name(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (text.empty() || text.size() > 255 || text.front() == ':' || text::visible(text) != text)
      return "'" + text::visible(text) + "' is no name of a node; write what `virsh hostname` says there";
    target = text;
    return "";
  };
}

Reader::Setter node_key(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    if (loop::fingerprint_of(text).empty())
      return "'" + text::visible(text) +
             "' is neither a fingerprint (SHA256:…) nor a key in base64; the collector logs "
             "its fingerprint at each start";
    target = text;
    return "";
  };
}

Reader::Setter node_uuid(std::string& target) {
  return [&target](const std::string& text) -> std::string {
    const bool plain = text.size() <= 64 && text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
    if (text.empty() || !plain)
      return "'" + text::visible(text) + "' is no UUID; `virsh capabilities` shows the host's";
    target = text;
    return "";
  };
}

// The values that no two listed nodes may share, as "KIND VALUE".
using Seen = std::set<std::string>;

// The kind of value that an earlier node has too, such as "URI"; "": there is none.
std::string same_as_before(const loop::ListedNode& node, Seen& seen) {
  const std::vector<std::pair<std::string, std::string>> all{{"name", node.name},
                                                             {"URI", loop::uri_identity(node.uri)},
                                                             {"UUID", node.uuid},
                                                             {"key", loop::fingerprint_of(node.key)}};
  for (const auto& [what, value] : all) {
    if (!value.empty() && seen.contains(what + ' ' + value)) return what;
  }
  for (const auto& [what, value] : all) seen.insert(what + ' ' + value);
  return "";
}

void read_node(Reader& reader, const YAML::Node& item, loop::AdmissionOptions& admission, Seen& seen) {
  loop::ListedNode node;
  const std::size_t before = reader.diagnostics();
  const auto text_into = [](std::string& target) -> Reader::Setter {
    return [&target](const std::string& text) {
      target = text;
      return std::string();
    };
  };
  reader.read(item, "a node of 'admission'",
              {.scalars = {{"name", node_name(node.name)},
                           {"uri", text_into(node.uri)},
                           {"key", node_key(node.key)},
                           {"uuid", node_uuid(node.uuid)}}});
  if (reader.diagnostics() != before) return;
  if (!item.IsMap() || node.name.empty() || node.uri.empty())
    return reader.complain(item.Mark(), "a node of 'admission' needs a 'name' and a 'uri'");
  if (const auto allowed = loop::check_node_uri(node.uri, admission.uris); !allowed)
    return reader.complain(item["uri"].Mark(), allowed.error().message);
  if (const std::string same = same_as_before(node, seen); !same.empty())
    return reader.complain(item.Mark(), "two nodes of 'admission' have the same " + same);
  admission.nodes.push_back(std::move(node));
}

void read_pattern(Reader& reader, const YAML::Node& item, loop::AdmissionOptions& admission) {
  if (!item.IsScalar()) return reader.complain(item.Mark(), "'patterns' must be a list of URIs");
  const auto checked = loop::check_uri_pattern(item.Scalar(), admission.uris);
  if (!checked) return reader.complain(item.Mark(), checked.error().message);
  admission.patterns.push_back(item.Scalar());
}

}  // namespace

void read_admission(Reader& reader, const YAML::Node& node, loop::AdmissionOptions& admission) {
  if (!node.IsMap()) {
    if (!node.IsNull()) reader.complain(node.Mark(), "'admission' must be a mapping of keys to values");
    return;
  }
  // Read first, wherever they are in the section: nodes are checked against them.
  if (node["schemes"]) read_words(reader, node["schemes"], "schemes", admission.uris.schemes);
  if (node["parameters"]) read_words(reader, node["parameters"], "parameters", admission.uris.parameters);
  const auto each = [&](const char* key, auto read_one) {
    return [&reader, &admission, key, read_one](const YAML::Node& list) {
      if (!list.IsSequence()) return reader.complain(list.Mark(), std::string("'") + key + "' must be a list");
      for (const auto& item : list) read_one(reader, item, admission);
    };
  };
  const auto done = [](const YAML::Node&) {};
  Seen seen;
  reader.read(
      node, "'admission'",
      {.scalars = {{"trust_first_key", admission_switch(admission.trust_first_key)},
                   {"require_keys", admission_switch(admission.require_keys)}},
       .others = {{"schemes", done},
                  {"parameters", done},
                  {"nodes", each("nodes", [&seen](Reader& one, const YAML::Node& item,
                                                  loop::AdmissionOptions& into) { read_node(one, item, into, seen); })},
                  {"patterns", each("patterns", read_pattern)}}});
}

}  // namespace hotspot::daemon
