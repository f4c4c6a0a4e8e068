// Result<T>: a value, or a sentence that says why there is none.
//
// std::expected needs C++23, which GCC 12 supports only in part; this is the small part of it that we need. Library
// code returns a Result and the edges log it. Nothing here throws on its own.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace hotspot {

// What went wrong, as one sentence for a person: what, where, and what would be right.
struct Error {
  std::string message;
  bool operator==(const Error&) const = default;
};

template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  using ErrorType = E;

  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : content_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Precondition of the next three: ok().
  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // Precondition: !ok().
  const E& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, E> content_;
};

// A Result without a value: success, or the reason for the failure.
template <typename E>
class [[nodiscard]] Result<void, E> {
 public:
  using ErrorType = E;

  Result() = default;
  Result(E error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const E& error() const { return *error_; }

 private:
  std::optional<E> error_;
};

}  // namespace hotspot
