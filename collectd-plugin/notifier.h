// Passes notifications to collectd from a thread of its own: collectd runs notification plugins in the thread of the
// notifier, and one that hangs (a mail server, a script) must delay neither reads nor snapshots.
//
// Bounded: beyond kMostWaiting the oldest are dropped; their number is reported later. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "collectd-plugin/domain_state_words.h"
#include "telemetry/units.h"

namespace hotspot::collector {

// Filled in like a notification_t by collectd's threshold plugin; `send` makes the texts fit.
struct Notice {
  Severity severity = Severity::kOkay;
  std::string message;
  std::string host;  // empty: collectd's own
  std::string plugin, plugin_instance, type, type_instance;
  bool operator==(const Notice&) const = default;
};

class Notifier {
 public:
  static constexpr std::size_t kMostWaiting = 256;
  static constexpr Milliseconds kFarewell{1000};

  // send: may hang. dropped: the number of dropped notifications; called from the thread.
  Notifier(std::function<void(const Notice&)> send, std::function<void(std::size_t)> dropped);
  // Waiting notifications are not sent any more. A thread that hangs in a notification plugin is left behind after
  // kFarewell: collectd never unloads a plugin, so its code stays valid until the process ends.
  ~Notifier();
  void push(Notice notice);  // never blocks

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // shared with the thread
};

}  // namespace hotspot::collector
