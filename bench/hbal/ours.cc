// bench_hbal DATA LOAD MOVES EVALUATIONS [OUTPUT [SEED]]: balances a cluster in Ganeti's text form with at most MOVES
// moves and writes where the instances are then. For bench/hbal.py, which has hbal itself print the score of that.
//
// Prints one line of name=value pairs. The moves are made again, one after the other, from the start: `over` counts
// those at which a node would have had more than its memory or its vCPUs.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "bench/hbal/ganeti.h"

namespace {

using namespace hotspot;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// By the plain sums, not by the board's own judgement.
int over_a_limit(const plan::Board& start, const std::vector<plan::BoardMove>& moves) {
  plan::Board board = start;
  int over = 0;
  for (const plan::BoardMove& one : moves) {
    board.move(one.domain, one.to);
    for (std::size_t r = 0; r < 2; ++r)
      if (board.allocated(one.to)[r] > board.node(one.to).allocated_limit[r]) ++over;
  }
  return over;
}

double most_cpu_load(const plan::Board& board) {
  plan::Amount most = 0;
  for (plan::NodeIndex n = 0; n < board.nodes(); ++n)
    most = std::max(most, plan::of(board.demand(n), plan::BoardResource::kCpu));
  return static_cast<double>(most) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "bench_hbal DATA LOAD MOVES EVALUATIONS [OUTPUT [SEED]]\n");
    return 2;
  }
  auto cluster = bench::read_ganeti(argv[1], argv[2]);
  if (!cluster) {
    std::fprintf(stderr, "%s\n", cluster.error().message.c_str());
    return 1;
  }
  plan::Board board(cluster->entries);
  const plan::Board start = board;
  const double read = cpu_seconds();
  const plan::BalancePlan made =
      plan::balance(board, {.table = bench::ganeti_table(),
                            .most_moves = static_cast<std::size_t>(std::atoll(argv[3])),
                            .evaluations = static_cast<std::uint64_t>(std::atoll(argv[4])),
                            .seed = argc > 6 ? static_cast<std::uint64_t>(std::atoll(argv[6])) : 1});
  const double searched = cpu_seconds();
  std::printf(
      "nodes=%u domains=%u moves=%zu before=%.8f score=%.8f search=%.4f cpu=%.4f over=%d most=%.3f evaluations=%llu\n",
      board.nodes(), board.domains(), made.moves.size(), made.before.total, made.after.total, searched - read, searched,
      over_a_limit(start, made.moves), most_cpu_load(board), static_cast<unsigned long long>(made.evaluations));
  if (argc > 5 && argv[5][0] != '\0') {
    if (const auto written = bench::write_ganeti(*cluster, board, argv[5]); !written) {
      std::fprintf(stderr, "%s\n", written.error().message.c_str());
      return 1;
    }
  }
  return 0;
}
