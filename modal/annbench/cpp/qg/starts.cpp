#include "starts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace ann {
namespace {

/// A query is compared with about twice the square root of them: from one row in 32 on that costs what it
/// saves the walk.
constexpr std::size_t kRowsPerStart = 64, kMostStarts = 4096;

}  // namespace

Starts::Starts(const CodedRows& rows, std::uint32_t entry) {
    const std::size_t count = std::clamp<std::size_t>(rows.count / kRowsPerStart, 1, kMostStarts);
    const auto leaders = static_cast<std::size_t>(std::sqrt(static_cast<double>(count)));
    std::vector<std::uint32_t> leading, others;
    for (std::size_t i = 0; i < count; ++i) {
        const auto id = i == 0 ? entry : static_cast<std::uint32_t>(i * rows.count / count);
        const bool leads = leading.size() * count <= i * leaders && leading.size() < leaders;
        (leads ? leading : others).push_back(id);
    }
    std::vector<std::vector<std::uint32_t>> groups(leaders);
    std::vector<float> estimates(leaders);
    for (const std::uint32_t id : others) {
        rows.estimate(id, leading.data(), leaders, estimates.data());
        const auto nearest = std::min_element(estimates.begin(), estimates.end()) - estimates.begin();
        groups[static_cast<std::size_t>(nearest)].push_back(id);
    }

    const std::size_t bytes = rows.shape.bytes();
    ids_ = AlignedArray<std::uint32_t>(count);
    codes_ = AlignedArray<std::uint8_t>(count * bytes);
    groups_ = AlignedArray<std::uint32_t>(leaders + 1);
    std::uint32_t* to = std::copy(leading.begin(), leading.end(), ids_.data());
    for (std::size_t i = 0; i < leaders; ++i) {
        groups_[i] = static_cast<std::uint32_t>(to - ids_.data());
        to = std::copy(groups[i].begin(), groups[i].end(), to);
    }
    groups_[leaders] = static_cast<std::uint32_t>(count);
    for (std::size_t i = 0; i < count; ++i)
        std::copy_n(rows.codes + ids_[i] * bytes, bytes, codes_.data() + i * bytes);
}

Starts::Start Starts::near(const CodedQuery& query, CodeShape shape, float* estimates) const {
    Start best{0, std::numeric_limits<float>::infinity(), 0};
    // Those at `begin` … `end`; which of them is the nearest.
    const auto look = [&](std::size_t begin, std::size_t end) {
        const std::size_t count = end - begin;
        byte_kernels().estimate_all(codes_.data() + begin * shape.bytes(), shape, count, query.values,
                                    query.scale, query.offset, estimates);
        const auto nearest = static_cast<std::size_t>(std::min_element(estimates, estimates + count) - estimates);
        if (count > 0 && (best.looked_at == 0 || estimates[nearest] < best.estimate)) {
            best.id = ids_[begin + nearest];
            best.estimate = estimates[nearest];
        }
        best.looked_at += count;
        return nearest;
    };
    const std::size_t leader = look(0, leaders());
    look(groups_[leader], groups_[leader + 1]);
    return best;
}

std::size_t Starts::most() const {
    std::size_t most = leaders();
    for (std::size_t i = 0; i < leaders(); ++i)
        most = std::max<std::size_t>(most, groups_[i + 1] - groups_[i]);
    return most;
}

bool Starts::is_sound(std::size_t vertices, CodeShape shape) const {
    if (groups_.size() < 2 || groups_.size() - 1 > ids_.size() || groups_[0] != leaders() ||
        groups_[leaders()] != ids_.size() || codes_.size() != ids_.size() * shape.bytes())
        return false;
    return std::is_sorted(groups_.data(), groups_.data() + groups_.size()) &&
           std::all_of(ids_.data(), ids_.data() + ids_.size(), [&](std::uint32_t id) { return id < vertices; });
}

}  // namespace ann
