// Arbitrary bytes as the target, the body and the kept credentials of a request to the console: nothing may crash, hang
// or leak, and nothing that is taken for a path climbs or hides a control character.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "actuator/console/command_body.h"
#include "actuator/console/credentials.h"
#include "actuator/console/operations.h"
#include "actuator/console/target.h"

namespace {

using namespace hotspot::console;

void require(bool condition) {
  if (!condition) std::abort();
}

void expect_harmless(const Target& target) {
  for (const std::string& part : target.path) {
    require(!part.empty() && part != "." && part != "..");
    for (const char c : part) require(c != '/' && c != '\\' && c != '\x7f' && static_cast<unsigned char>(c) >= 0x20);
  }
  const Match found = match("GET", target.path);
  require(found.route == nullptr || !found.allow.empty());
}

void expect_an_answer(Operation operation, const std::string& body) {
  const auto command = command_from({.operation = operation, .name = "n1", .body = body, .owner = "ada"});
  require(command || !command.error().message.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto target = target_from_string(text)) expect_harmless(*target);
  for (const Operation one : {Operation::kPause, Operation::kAddHold, Operation::kDrain, Operation::kSetMode,
                              Operation::kResume, Operation::kApplyRecommendation, Operation::kRefuseRecommendation})
    expect_an_answer(one, text);
  const Credentials all = Credentials::from_fields({{"token:ada", text}, {"session:" + text, text}}, "key");
  require(!all.by_token(text, {}) || all.tokens().contains("ada"));
  return 0;
}
