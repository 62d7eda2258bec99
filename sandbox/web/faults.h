// Misbehaviour on request: which faults are switched on, how often, and where. For one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sandbox/web/message.h"
#include "sandbox/world/dice.h"

namespace plumbline::sandbox {

struct Fault {
  std::string kind;                      // one of fault_kinds()
  std::string on{};                      // a part of the target; empty: everywhere
  double rate = 1;                       // of the requests it could strike
  std::optional<std::uint64_t> count{};  // strikes left; nothing: until switched off
  std::chrono::milliseconds time{0};     // of pauses; 0: the kind's own
  std::uint64_t struck = 0;
};

struct FaultKind {
  std::string_view name;
  std::string_view meaning;
};
std::span<const FaultKind> fault_kinds();

class Faults {
 public:
  explicit Faults(std::uint64_t seed) : dice_(seed, Matter::kFault, 0) {}

  // Replaces the one of the same kind and place. kNotFound for an unknown kind.
  Status set(Fault fault);
  void clear() { faults_.clear(); }
  void clear(std::string_view kind);
  const std::vector<Fault>& all() const { return faults_; }

  // Whether a fault of this kind strikes this request now; counts it.
  const Fault* strikes(std::string_view kind, std::string_view target);

  // What comes instead of any answer, of the faults that need not know the service.
  std::optional<Response> instead_of_answer(const Request& request);
  // Spoils a good answer's delivery, or leaves it.
  void spoil_delivery(const Request& request, Response& response);

 private:
  std::vector<Fault> faults_;
  Dice dice_;
};

}  // namespace plumbline::sandbox
