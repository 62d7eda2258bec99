#include "violations/identity.h"

#include <algorithm>

namespace plumbline {

IdentityMaker::IdentityMaker(std::string_view pack, std::string_view policy, std::string_view object) {
  // The record's key comes last: it alone may hold anything.
  begun_.add(pack).add("/").add(policy).add("\n").add(object).add("\n");
}

ViolationIdentity IdentityMaker::of(std::string_view record_key) const {
  Sha256 hash = begun_;
  const Sha256Digest digest = hash.add(record_key).finish();
  ViolationIdentity identity;
  std::copy_n(digest.begin(), identity.size(), identity.begin());
  return identity;
}

}  // namespace plumbline
