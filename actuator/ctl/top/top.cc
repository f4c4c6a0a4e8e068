#include "actuator/ctl/top/top.h"

#include <algorithm>
#include <cstdio>

#include "actuator/ctl/screen.h"
#include "actuator/ctl/top/frame.h"
#include "actuator/ctl/top/terminal.h"
#include "actuator/ctl/watch.h"

namespace hotspot::ctl {
namespace {

using Wake = Interruption::Wake;

constexpr std::size_t kAllRows = 10'000'000;

int show_once(Session& session, TopReader& reader, const TopView& view) {
  auto content = reader.read(view.of);
  if (!content) return fail(content.error().message);
  if (content->rows.empty() && session.format() == Format::kTable) {
    std::fputs("no admitted node has sent anything within the last hour\n", stderr);
    return kDone;
  }
  if (session.format() == Format::kTable) {
    std::fputs(top_table(*content, view, kAllRows).c_str(), stdout);
    return kDone;
  }
  sort_rows(content->rows, view.of, view.order);
  std::fputs(to_text(nlohmann::json(content->rows), session.format()).c_str(), stdout);
  return kDone;
}

class LiveTop {
 public:
  LiveTop(Session& session, TopReader& reader, TopView view, Milliseconds interval)
      : session_(session), reader_(reader), view_(std::move(view)), interval_(interval) {}

  int run() {
    for (;;) {
      if (session_.steady() >= due_) read();
      fit_screen();
      if (!terminal_.draw(top_frame(content_, view_, trouble_, screen_height()))) return kFailed;
      const Terminal::Event event = terminal_.wait(due_ - session_.steady());
      if (event.wake == Wake::kInterrupted) return kInterrupted;
      if (event.wake == Wake::kInput && !take(event.keys)) return kDone;
    }
  }

 private:
  // If reading fails, the previous table stays.
  void read() {
    auto content = reader_.read(view_.of);
    due_ = session_.steady() + interval_;
    if (content) {
      content_ = std::move(*content);
      trouble_ = {};
      view_.first = std::min(view_.first, content_.rows.empty() ? 0 : content_.rows.size() - 1);
    } else {
      if (trouble_.since == 0) trouble_.since = session_.now_seconds();
      trouble_.message = content.error().message;
      if (content_.of != view_.of)
        content_ = {.at = 0, .cluster = content_.cluster, .of = view_.of, .rows = {}, .summary = {}};
    }
  }

  // False: `top` ends.
  bool take(const std::string& bytes) {
    for (const std::string& key : keys_in(bytes)) {
      const TopKey done = press(key, view_, content_.rows.size(), screen_height());
      if (done == TopKey::kEnd) return false;
      if (done == TopKey::kSuspend) terminal_.suspend();
      if (done == TopKey::kOther || done == TopKey::kSuspend) due_ = Milliseconds(0);
    }
    return true;
  }

  Session& session_;
  TopReader& reader_;
  TopView view_;
  Milliseconds interval_;
  Milliseconds due_{0};
  TopContent content_;
  TopTrouble trouble_;
  Terminal terminal_;
};

}  // namespace

int top(Session& session, const TopQuestion& question) {
  const TopOf of = question.nodes ? TopOf::kNodes : TopOf::kDomains;
  const auto order = top_order(question.sort, of);
  if (!order) {
    fail("--sort: " + order.error().message);
    return kUsage;
  }
  TopReader reader(session);
  const TopView view{.of = of, .order = *order, .first = 0};
  if (question.once) return show_once(session, reader, view);
  if (!has_cursor()) return watch([&] { return show_once(session, reader, view); }, question.interval, Heads::kTime);
  return LiveTop(session, reader, view, question.interval).run();
}

}  // namespace hotspot::ctl
