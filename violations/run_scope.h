// Which policies a run is about, so that violations of all others stand untouched.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "policies/bound_pack.h"
#include "policies/judge.h"

namespace plumbline {

class RunScope {
 public:
  enum class Part : std::uint8_t {
    kJudged,
    kNotJudged,  // wanted, and the data cannot answer it
    kLeftOut,    // of a pack of the run, and not selected
    kWithdrawn,  // switched off, no longer in its pack, or about another object now
    kOtherPack,  // of a pack that is no part of the run
  };
  struct Answer {
    Part part = Part::kOtherPack;
    std::string reason{};             // of kNotJudged and kWithdrawn
    const BoundPack* pack = nullptr;  // of kJudged
    const BoundPolicy* policy = nullptr;
  };

  // The packs must outlive it. `not_judged` is what judge() said.
  RunScope(std::span<const BoundPack* const> packs, const std::vector<NotJudged>& not_judged);

  // By the names violations are kept under: a policy's pack is the one it was first written in.
  Answer of(std::string_view pack, std::string_view policy, std::string_view object) const;

 private:
  struct Place {
    const Policy* policy = nullptr;
    const BoundPack* pack = nullptr;
    const BoundPolicy* bound = nullptr;  // null where it was left out
  };
  using Name = std::pair<std::string, std::string>;

  std::set<std::string, std::less<>> packs_;
  std::map<Name, Place> policies_;
  std::map<Name, std::string> not_judged_;
};

}  // namespace plumbline
