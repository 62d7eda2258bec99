// Which objects and fields the integration user sees. What is hidden is not described, and a query that
// mentions it fails.
#pragma once

#include <set>
#include <utility>

#include "base/time.h"
#include "sandbox/world/base_records.h"

namespace plumbline::sandbox {

class Visibility {
 public:
  Visibility(Currencies currencies, Instant since) : currencies_(currencies) { changed_.fill(since); }

  bool shows(ObjectKind object) const {
    return object != ObjectKind::kCurrency || currencies_ == Currencies::kSeveral;
  }
  bool shows(ObjectKind object, std::size_t field) const {
    const FieldUse use = spec_of(object).fields[field].use;
    if (use == FieldUse::kWithheld || (use == FieldUse::kMultiCurrency && currencies_ == Currencies::kOne))
      return false;
    return !hidden_.contains({object, field});
  }
  void hide(ObjectKind object, std::size_t field, Instant now) {
    hidden_.insert({object, field});
    changed_[static_cast<std::size_t>(object)] = now;
  }
  void show(ObjectKind object, std::size_t field, Instant now) {
    hidden_.erase({object, field});
    changed_[static_cast<std::size_t>(object)] = now;
  }
  // When its description changed last.
  Instant changed(ObjectKind object) const { return changed_[static_cast<std::size_t>(object)]; }

 private:
  Currencies currencies_;
  std::set<std::pair<ObjectKind, std::size_t>> hidden_;
  std::array<Instant, kObjectKinds> changed_{};
};

}  // namespace plumbline::sandbox
