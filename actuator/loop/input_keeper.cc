#include "actuator/loop/input_keeper.h"

#include "common/crypto/sha256.h"
#include "telemetry/codec.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kMinute{std::chrono::minutes(1)};

std::string mebibytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

}  // namespace

// An input on its way to the store.
struct InputKeeper::Draft {
  InputParts parts;
  std::vector<ports::InputText> texts;  // that have to be written
  std::vector<std::string> stored;      // that were before
  std::size_t bytes = 0;                // of all texts
};

void InputKeeper::take_lead() {
  forget();
  kept_.reset();
}

void InputKeeper::forget() {
  nodes_.clear();
  files_.clear();
  configuration_ = {};
}

const InputName& InputKeeper::keep(const Wish& wish) {
  if (!kept_) kept_ = store_ == nullptr ? InputName{} : stored(wish);
  return *kept_;
}

// Of a part that is known: its hash alone; otherwise it is made now.
void InputKeeper::add(Draft& draft, Known& known, const std::function<std::string()>& text) {
  if (known.sha256.empty()) {
    std::string made = text();
    known = {crypto::sha256_hex(made), made.size()};
    draft.texts.push_back({known.sha256, std::move(made)});
  } else {
    draft.stored.push_back(known.sha256);
  }
  draft.bytes += known.bytes;
}

// False: it is too large.
bool InputKeeper::draft(const Wish& wish, Draft& draft) {
  const plan::PlanInput& input = wish.input;
  std::string configuration = configuration_text(input, wish.rules.operations);
  if (crypto::sha256_hex(configuration) != configuration_.sha256) configuration_ = {};
  add(draft, configuration_, [&] { return std::move(configuration); });
  draft.parts.configuration = configuration_.sha256;
  if (std::exchange(rules_, input.rules->fingerprint) != input.rules->fingerprint) files_.clear();
  for (const rules::SourceFile& file : wish.rules.files) {
    Known& known = files_[file.path];
    add(draft, known, [&] { return file.text; });
    draft.parts.rule_files.emplace_back(file.path, known.sha256);
  }
  std::erase_if(nodes_, [&](const auto& one) { return input.cluster.find_node(one.first) == nullptr; });
  for (const auto& [uuid, node] : input.cluster.nodes()) {
    KnownNode& known = nodes_[uuid];
    if (known.snapshot.lock() != node.snapshot) known = {node.snapshot, {}};
    add(draft, known.part, [&, &snapshot = *node.snapshot] { return telemetry::encode(snapshot); });
    draft.parts.nodes.push_back(known.part.sha256);
    if (draft.bytes > kMostInputBytes) return false;
  }
  Known whole;
  add(draft, whole, [&] { return input_text(input, draft.parts); });
  return draft.bytes <= kMostInputBytes;
}

bool InputKeeper::has_room(plan::Outcome outcome, WallTime now) {
  while (!encoded_.empty() && (now - encoded_.front().first > kMinute || encoded_.front().first > now)) {
    encoded_bytes_ -= encoded_.front().second;
    encoded_.pop_front();
  }
  return encoded_bytes_ < (outcome == plan::Outcome::kAct ? kMostBytesAMinute : kMostBytesAMinute / 2);
}

InputName InputKeeper::stored(const Wish& wish) {
  const auto why = why_not_storable(wish.input);
  if (why) return {"", *why};
  if (!has_room(wish.outcome, wish.input.now))
    return {"", "the inputs of the last minute have more than " + mebibytes(encoded_bytes_) +
                    ": storing this one too " + "would delay the other decisions"};
  // The second time, nothing counts as stored.
  for (int attempt = 0; attempt < 2; ++attempt) {
    Draft made;
    const bool fits = draft(wish, made);
    std::size_t bytes = 0;
    for (const ports::InputText& text : made.texts) bytes += text.text.size();
    encoded_.emplace_back(wish.input.now, bytes);
    encoded_bytes_ += bytes;
    if (!fits) {
      forget();  // of what was not written
      return {"", "the input has more than " + mebibytes(kMostInputBytes)};
    }
    const std::string name = made.texts.back().sha256;
    const auto missing = store_->store(wish.token, made.texts, made.stored);
    wish.written(missing ? Result<void, ports::WriteError>() : Result<void, ports::WriteError>(missing.error()));
    if (!missing) forget();
    if (!missing || missing->empty()) return {name, ""};
    forget();
  }
  return {"", "what had been stored of it was removed in the meantime"};
}

}  // namespace hotspot::loop
