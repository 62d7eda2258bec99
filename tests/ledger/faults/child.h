// Runs something in a process of its own, under another user or with a small disk, and gives back what it
// says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace plumbline {

enum class ChildAs : std::uint8_t {
  kSelf,
  // A user who owns nothing, where we are root, to whom no file is forbidden; otherwise ourselves.
  kNobody,
};

// `work` runs in the child; what it returns comes back. "(the child was killed)" where it did not get so far.
std::string told_by_child(ChildAs as, const std::function<std::string()>& work);

// Makes `folder` a disk of its own of so many bytes, for this process and its children alone: call it in a
// child. False where the system does not allow it.
bool become_small_disk(const std::string& folder, std::size_t bytes);

}  // namespace plumbline
