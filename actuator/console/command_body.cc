#include "actuator/console/command_body.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "actuator/record/json_text.h"
#include "common/text/visible.h"

namespace hotspot::console {
namespace {

using Json = nlohmann::json;

constexpr double kMostLengthSeconds = 10.0 * 366 * 86400;

// Takes fields from an object, and remembers the first thing that is wrong.
class Fields {
 public:
  explicit Fields(const std::string& body) : object_(body.empty() ? Json::object() : record::parse_json(body)) {
    if (!object_.is_object()) error_ = "the body is no JSON object";
  }

  std::string text(const char* name) {
    const Json* value = field(name);
    if (value == nullptr) return fail(std::string("'") + name + "' is missing"), "";
    if (!value->is_string() || value->get_ref<const std::string&>().empty())
      return fail(std::string("'") + name + "' must be a text that is not empty"), "";
    return value->get<std::string>();
  }
  std::string text_or_nothing(const char* name) {
    const Json* value = field(name);
    if (value == nullptr) return "";
    if (!value->is_string()) return fail(std::string("'") + name + "' must be a text"), "";
    return value->get<std::string>();
  }
  bool flag(const char* name) {
    const Json* value = field(name);
    if (value != nullptr && !value->is_boolean()) fail(std::string("'") + name + "' must be true or false");
    return value != nullptr && value->is_boolean() && value->get<bool>();
  }
  std::optional<Milliseconds> seconds(const char* name) {
    const Json* value = field(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    const double seconds = value->is_number() ? value->get<double>() : 0;
    if (!(seconds >= 0.001 && seconds <= kMostLengthSeconds)) {
      fail(std::string("'") + name + "' must be a number of seconds above 0, ten years at most");
      return std::nullopt;
    }
    return Milliseconds(std::llround(seconds * 1000));
  }

  // Empty: all is right.
  std::string error() const {
    if (!error_.empty()) return error_;
    for (const auto& [name, value] : object_.items())
      if (!asked_.contains(name)) return "there is no field '" + hotspot::text::visible(name) + "' here";
    return "";
  }

 private:
  const Json* field(const char* name) {
    asked_.insert(name);
    if (!object_.is_object()) return nullptr;
    const auto it = object_.find(name);
    return it == object_.end() ? nullptr : &*it;
  }
  void fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
  }

  Json object_;
  std::set<std::string> asked_;
  std::string error_;
};

client::Command pause_of(const CommandRequest& request, Fields& fields) {
  client::Pause pause{.owner = request.owner, .reason = fields.text("reason"), .length = {}};
  pause.length = fields.seconds("length_seconds");
  pause.cancel = fields.flag("cancel");
  return pause;
}

client::Command hold_of(const CommandRequest& request, Fields& fields) {
  client::AddHold hold;
  hold.owner = request.owner;
  hold.on = fields.text("on");
  hold.name = hold.on == "cluster" ? fields.text_or_nothing("name") : fields.text("name");
  hold.reason = fields.text("reason");
  hold.length = fields.seconds("length_seconds");
  hold.cancel = fields.flag("cancel");
  return hold;
}

client::Command refusal_of(const CommandRequest& request, Fields& fields) {
  client::RefusePlan refusal{
      .decision = request.name, .owner = request.owner, .reason = fields.text("reason"), .length = {}};
  refusal.length = fields.seconds("length_seconds");
  return refusal;
}

client::Command read(const CommandRequest& request, Fields& fields) {
  const std::string &name = request.name, &owner = request.owner;
  switch (request.operation) {
    case Operation::kPause:
      return pause_of(request, fields);
    case Operation::kAddHold:
      return hold_of(request, fields);
    case Operation::kRemoveHold:
      return client::RemoveHold{.id = name, .owner = owner};
    case Operation::kDrain:
      return client::DrainNode{.node = name, .owner = owner, .reason = fields.text("reason")};
    case Operation::kUndrain:
      return client::UndrainNode{.node = name, .owner = owner};
    case Operation::kCancelAction:
      return client::CancelAction{.action = name, .owner = owner};
    case Operation::kApplyRecommendation:
      return client::ApplyPlan{.decision = name,
                               .owner = owner,
                               .domain_uuid = fields.text_or_nothing("domain_uuid"),
                               .step = fields.text_or_nothing("step")};
    case Operation::kRefuseRecommendation:
      return refusal_of(request, fields);
    case Operation::kReloadRules:
      return client::ReloadRules{.owner = owner};
    case Operation::kSetMode:
      return client::SetMode{.mode = fields.text("mode"), .owner = owner};
    default:
      return client::Resume{.owner = owner};
  }
}

}  // namespace

Result<client::Command> command_from(const CommandRequest& request) {
  Fields fields(request.body);
  client::Command command = read(request, fields);
  if (const std::string error = fields.error(); !error.empty()) return Error{error};
  return command;
}

}  // namespace hotspot::console
