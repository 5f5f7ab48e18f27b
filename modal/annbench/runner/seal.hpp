// The walls around code that is not ours: memory, processor time, files, sockets, other processes.
#pragma once

#include <cstdint>

#include "board.hpp"

extern "C" {

/// Ends this process when its parent ends, and limits memory (what is in use now plus
/// `memory_bytes`; 0: no limit), processor seconds, core dumps and the size of files (to nothing).
/// Returns 0, or errno.
int annrun_limit(annrun::Board* board, std::uint64_t memory_bytes, std::uint64_t cpu_seconds);

/// From here on: only listed system calls, no capabilities, files can be read below `readable` only (a
/// list ended by a null pointer; needs Landlock), and none be written, created, renamed or deleted; no
/// sockets, no processes, no other process touched. The first try ends the process, with the call's
/// name on the board. Not undone by anything. Linux; elsewhere nothing happens. board->sealed says
/// what is in force on this kernel.
void annrun_seal(annrun::Board* board, const char* const* readable);

/// Where annrun_seal could not restrict which files are read: none is opened from here on.
void annrun_close_files(annrun::Board* board);

/// For a program that is about to be started, a compiler: memory (address space), processor time and
/// the size of files are limited (0: not), files are read below `readable` and written below `writable`
/// only. Returns kFilesSealed if the latter holds on this kernel, else 0.
int annrun_confine(const char* const* readable, const char* const* writable,
                   std::uint64_t memory_bytes, std::uint64_t cpu_seconds, std::uint64_t file_bytes);

/// From now until it is first looked at, this memory cannot be read; then the board says so and all
/// is as before. Tells whether an index keeps using the rows it was built from. Needs the notes below.
void annrun_watch(void* begin, std::uint64_t bytes);

/// Notes on the board where a deadly signal came from, then dies of it.
void annrun_note_faults(annrun::Board* board);

}  // extern "C"
