// What one core of this machine can do at most, measured: the limits that figures are held against.
// docs/limits.md defines them.
//
// Each is the best of several short passes, by the processor time of the thread: what others do on the
// machine costs a pass, not the figure.
#pragma once

#include <cstddef>

namespace ann {

/// Products of two bytes a second, added up in int32, by the byte kernels in use: sums that do not wait
/// for each other, operands out of registers and the first-level cache.
double byte_peak();

/// Bytes a second that are read one after the other, of `bytes` in a row.
/// Throws std::invalid_argument for less than a cache line, std::bad_alloc.
double stream_bandwidth(std::size_t bytes);

/// Bytes a second that are read as items of `item` bytes at random places of `bytes`, aligned to cache
/// lines, asked for in groups ahead of time. Throws std::invalid_argument for an item that is no whole
/// number of cache lines or does not fit, std::bad_alloc.
double random_bandwidth(std::size_t bytes, std::size_t item);

}  // namespace ann
