// ann.h: write a nearest-neighbour index in one file.
//
//   #include <ann.h>
//
//   class MyIndex {
//    public:
//     void build(ann::Matrix train, ann::Metric metric);           // once, timed, may use all threads
//     void search(const float* query, int k, int* out_ids) const;  // k row numbers, the nearest first
//   };
//   REGISTER(MyIndex)
//
// That is all of it. These members are optional and used when they are there:
//
//     bool set(const char* name, double value);  // a parameter; false when there is no such one.
//                                                // Before build() those of the build, then before
//                                                // each series of queries those of the search.
//     void search_batch(ann::Matrix queries, int k, int* out_ids);  // queries.rows * k ids; used
//                                                // instead of search() with more than one thread.
//     std::size_t memory() const;                // bytes, shown beside what was measured.
//
// Rules of the house:
//  - `train` stays where it is and unchanged for as long as the index lives: keep the pointer or copy.
//  - Each search writes exactly k different row numbers; -1 at the end where nothing more was found.
//  - A search() that is const may be called from several threads at once; one that is not, never is.
//  - OpenMP works, and its number of threads is set: the build's while building, then the search's.
//  - No files, no sockets, no other processes: the program ends at the first try.
#pragma once

#include <cstddef>

namespace ann {

enum class Metric {
  euclidean,  // |a - b|
  angular,    // 1 - cosine of the angle: the length of a vector does not matter (and may be zero)
};

/// Rows of `dim` floats each, one behind the other.
struct Matrix {
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t dim = 0;

  const float* operator[](std::size_t row) const { return data + row * dim; }
};

}  // namespace ann

#include "ann_plugin.hpp"  // makes REGISTER out of the members above; nothing to learn there

/// REGISTER(MyIndex) or REGISTER(MyIndex, "a name to show"): once, outside of any function.
#define REGISTER(...) ANN_SELECT_(__VA_ARGS__, ANN_REGISTER_2_, ANN_REGISTER_1_, 0)(__VA_ARGS__)
