// What the child tells its parent through shared memory, readable even after the child died.
// The parent reads it by offset (annbench/user/board.py): change both.
#pragma once

#include <cstdint>

namespace annrun {

constexpr std::int32_t kUnwritten = INT32_MIN;  // an id that nobody wrote

constexpr std::int32_t kCallsSealed = 1;     // only listed system calls (seccomp)
constexpr std::int32_t kFilesSealed = 2;     // only listed files can be read (Landlock)
constexpr std::int32_t kNoCapabilities = 4;  // nothing that only root may do
constexpr std::int32_t kFilesClosed = 8;     // without Landlock: no file is opened after loading

struct Board {
  std::uint64_t done;         // 0    queries answered in this pass
  std::uint64_t query;        // 8    the one begun last (within the pass)
  std::uint64_t fault;        // 16   address, if a signal told one
  std::uint64_t data_bytes;   // 24   private writable memory when it died
  std::uint64_t data_limit;   // 32   0: not limited
  std::int32_t fault_signal;  // 40
  std::int32_t sealed;        // 44   what is in force: the bits below
  std::int32_t overrun;       // 48   1: wrote behind the k ids of a query
  std::int32_t uses_train;    // 52   1: the rows were looked at after building
  char denied[64];            // 56   the system call that ended it
  char denied_path[256];      // 120  and the file, where there is one
};
static_assert(sizeof(Board) <= 4096);
constexpr std::uint64_t kBoardBytes = 4096;

}  // namespace annrun
