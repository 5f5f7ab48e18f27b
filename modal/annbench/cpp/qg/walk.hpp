// Walking the graph towards a query: the loop that building and searching spend their time in.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "../kernels/bytes.hpp"
#include "../memory.hpp"
#include "candidates.hpp"
#include "codes.hpp"
#include "graph.hpp"

namespace ann {

/// Which vertices a walk has met: a bit each, and a list of those that are set, so that forgetting
/// them costs no more than meeting them did.
class Seen {
public:
    explicit Seen(std::size_t vertices) : bits_((vertices + 63) / 64), met_(vertices + 1) {}

    void clear() {
        for (std::size_t i = 0; i < count_; ++i) bits_[met_[i] / 64] = 0;
        count_ = 0;
    }
    /// 1 the first time an id is offered, else 0. Without a branch: which it is cannot be foreseen.
    std::uint32_t insert(std::uint32_t id) {
        std::uint64_t& word = bits_[id / 64];
        const auto fresh = static_cast<std::uint32_t>(~(word >> (id % 64)) & 1);
        word |= std::uint64_t{1} << (id % 64);
        met_[count_] = id;
        count_ += fresh;
        return fresh;
    }

private:
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint32_t> met_;
    std::size_t count_ = 0;
};

/// How far a walk goes. Distances are squared ones.
struct Effort {
    std::size_t k;  // neighbours that are asked for
    float slack;    // a vertex is expanded if its estimate is at most so many times the k-th best one
    float keep;     // and remembered if its estimate is
    float floor;    // estimates below this tell nothing: what is added to one is of this at least

    /// So many times an estimate.
    [[nodiscard]] float times(float estimate, float factor) const {
        return estimate + (factor - 1.0f) * std::max(estimate, floor);
    }

    /// Until all that are remembered have been expanded.
    static Effort exhaustive() {
        constexpr float kAny = std::numeric_limits<float>::infinity();
        return {1, kAny, kAny, 1.0f};
    }
};

/// A walk and all the memory it needs: one per thread, reused.
struct Walk {
    Walk(std::size_t vertices, std::size_t degree)
        : seen(vertices), ids_(degree + 1), estimates_(degree + 1) {}

    /// Forgets the walk before; at most `room` candidates are remembered.
    void begin(std::size_t room) {
        seen.clear();
        candidates.reset(room);
    }
    void start(std::uint32_t id, float estimate) {
        if (seen.insert(id)) candidates.insert(estimate, id);
    }

    /// From where it was started towards the query. The candidates are the result.
    void run(const Graph& graph, const std::uint8_t* codes, CodeShape shape, const CodedQuery& query,
             const Effort& effort) {
        const ByteKernels& kernel = byte_kernels();
        const std::size_t bytes = shape.bytes();
        std::uint32_t* ids = ids_.data();
        float* estimates = estimates_.data();
        while (candidates.next() < candidates.size()) {
            if (candidates.size() >= effort.k &&
                candidates.estimate(candidates.next()) >
                    effort.times(candidates.estimate(effort.k - 1), effort.slack))
                return;
            const std::uint32_t* links = graph.links(candidates.expand());
            std::size_t n = 0;
            for (std::size_t i = 0; i < graph.degree; ++i) {
                ids[n] = links[i];
                n += seen.insert(links[i]);
            }
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t b = 0; b < bytes; b += kCacheLine)
                    __builtin_prefetch(codes + ids[i] * bytes + b, 0, 3);
            // Most often the next one to be expanded is known already: its links travel meanwhile.
            if (candidates.next() < candidates.size())
                graph.prefetch(candidates.id(candidates.next()));
            kernel.estimate(codes, shape, ids, n, query.values, query.scale, query.offset, estimates);
            estimated += n;
            ++expanded;

            float bound = candidates.bound();
            if (candidates.size() >= effort.k)
                bound = std::min(bound, effort.times(candidates.estimate(effort.k - 1), effort.keep));
            std::size_t left = 0;
            for (std::size_t i = 0; i < n; ++i) {
                const float estimate = estimates[i];
                ids[left] = ids[i];
                estimates[left] = estimate;
                left += estimate < bound;
            }
            for (std::size_t i = 0; i < left; ++i) {
                if (estimates[i] >= candidates.bound()) continue;
                if (candidates.insert(estimates[i], ids[i]) <= candidates.next() + kSoon)
                    graph.prefetch(ids[i]);
            }
        }
    }

    Seen seen;
    Candidates candidates;
    std::uint64_t estimated = 0, expanded = 0;  // since it was made

private:
    /// What is so near to being expanded when it is met has its links fetched.
    static constexpr std::size_t kSoon = 4;

    AlignedArray<std::uint32_t> ids_;
    AlignedArray<float> estimates_;
};

}  // namespace ann
