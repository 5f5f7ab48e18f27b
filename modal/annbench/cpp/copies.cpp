#include "copies.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "parallel.hpp"

namespace ann {
namespace {

/// Equal rows have equal hashes; what has equal hashes is looked at.
std::uint64_t hash_of(const float* row, std::size_t count) {
    std::uint64_t hash = 0x9E37'79B9'7F4A'7C15ull;
    for (std::size_t i = 0; i + 2 <= count; i += 2) {  // rows are padded to whole cache lines
        std::uint64_t word;
        std::memcpy(&word, row + i, sizeof word);
        hash = (hash ^ word) * 0xBF58'476D'1CE4'E5B9ull;
        hash ^= hash >> 29;
    }
    return hash;
}

}  // namespace

Copies::Copies(Rows& rows, unsigned threads) {
    const std::size_t n = rows.count();
    std::vector<std::uint64_t> hashes(n);
    parallel_blocks(n, 1024, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            hashes[i] = hash_of(rows.row(static_cast<std::uint32_t>(i)), rows.stride());
    });
    std::vector<std::uint32_t> by_hash(n);
    std::iota(by_hash.begin(), by_hash.end(), 0u);
    std::sort(by_hash.begin(), by_hash.end(), [&](std::uint32_t a, std::uint32_t b) {
        return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : a < b;
    });

    // first[i]: the smallest id of a row equal to row i.
    std::vector<std::uint32_t> first(n), kept;
    const auto equal = [&](std::uint32_t a, std::uint32_t b) {
        return std::memcmp(rows.row(a), rows.row(b), rows.stride() * sizeof(float)) == 0;
    };
    bool any = false;
    for (std::size_t begin = 0; begin < n;) {
        std::size_t end = begin;
        kept.clear();  // different rows of this hash: nearly always one
        for (; end < n && hashes[by_hash[end]] == hashes[by_hash[begin]]; ++end) {
            const std::uint32_t id = by_hash[end];
            const auto same = std::find_if(kept.begin(), kept.end(),
                                           [&](std::uint32_t other) { return equal(other, id); });
            any |= same != kept.end();
            first[id] = same != kept.end() ? *same : id;
            if (same == kept.end()) kept.push_back(id);
        }
        begin = end;
    }
    if (!any) return;

    kept.clear();
    std::vector<std::uint32_t> node(n);
    for (std::uint32_t id = 0; id < n; ++id) {
        if (first[id] == id) {
            node[id] = static_cast<std::uint32_t>(kept.size());
            kept.push_back(id);
        }
        node[id] = node[first[id]];
    }
    begin_.assign(kept.size() + 1, 0);
    for (const std::uint32_t of : node) ++begin_[of + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    ids_.resize(n);
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::uint32_t id = 0; id < n; ++id) ids_[next[node[id]]++] = id;
    rows.keep(kept);
}

}  // namespace ann
