#include "common/redis/hiredis_reply.h"

#include <memory>
#include <utility>

namespace hotspot::redis {
namespace {

// Where the value being read belongs: in its array, or at the top. Null: there is no room for it.
Reply* place_of(const redisReadTask* task) {
  if (task->parent == nullptr) return new Reply;
  auto& elements = static_cast<Reply*>(task->parent->obj)->elements;
  const auto at = static_cast<std::size_t>(task->idx);
  return at < elements.size() ? &elements[at] : nullptr;
}

Reply* value_at(const redisReadTask* task, Reply::Kind kind) {
  Reply* value = place_of(task);
  if (value != nullptr) value->kind = kind;
  return value;
}

void* create_string(const redisReadTask* task, char* text, std::size_t length) {
  const bool is_error = task->type == REDIS_REPLY_ERROR;
  Reply* value = value_at(task, is_error ? Reply::Kind::kError : Reply::Kind::kText);
  if (value != nullptr) value->text.assign(text, length);
  return value;
}

int depth_of(const redisReadTask* task) {
  int depth = 1;
  for (; task->parent != nullptr && depth <= ReplyBudget::kDeepest; task = task->parent) ++depth;
  return depth;
}

// The count is only the server's claim: no element has arrived yet. Maps, sets and pushes belong to RESP3, which we do
// not use.
template <typename Count>
void* create_array(const redisReadTask* task, Count count) {
  auto& budget = *static_cast<ReplyBudget*>(task->privdata);
  const auto size = static_cast<std::size_t>(count);
  if (task->type != REDIS_REPLY_ARRAY || size > budget.elements || depth_of(task) > ReplyBudget::kDeepest) {
    budget.is_spent = true;
    return nullptr;
  }
  budget.elements -= size;
  Reply* value = value_at(task, Reply::Kind::kArray);
  if (value != nullptr) value->elements.resize(size);
  return value;
}

void* create_integer(const redisReadTask* task, long long number) {
  Reply* value = value_at(task, Reply::Kind::kInteger);
  if (value != nullptr) value->integer = number;
  return value;
}

void* create_nil(const redisReadTask* task) { return value_at(task, Reply::Kind::kNil); }

[[maybe_unused]] void* create_double(const redisReadTask* task, double, char*, std::size_t) { return create_nil(task); }

[[maybe_unused]] void* create_bool(const redisReadTask* task, int) { return create_nil(task); }

void free_reply(void* root) { delete static_cast<Reply*>(root); }

// hiredis 1.0 and later have more kinds of values than 0.14.
template <typename Functions>
Functions functions_of() {
  Functions made{};
  made.createString = create_string;
  made.createArray = create_array;
  made.createInteger = create_integer;
  made.createNil = create_nil;
  made.freeObject = free_reply;
  if constexpr (requires { made.createDouble; }) made.createDouble = create_double;
  if constexpr (requires { made.createBool; }) made.createBool = create_bool;
  return made;
}

}  // namespace

void build_replies(redisReader& reader, ReplyBudget& budget) {
  static redisReplyObjectFunctions functions = functions_of<redisReplyObjectFunctions>();
  reader.fn = &functions;
  reader.privdata = &budget;
}

Reply take_reply(void* raw) {
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(raw));
  return std::move(*reply);
}

}  // namespace hotspot::redis
