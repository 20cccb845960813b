#pragma once
// edge/media_handler: GET and HEAD of /m/<token>/<object>.<ext>, on a loop.

#include <memory>

#include "edge/media_edge.h"
#include "edge/media_path.h"
#include "edge/verified_tokens.h"
#include "http/exchange.h"

namespace matinee::edge {

/// Serves media on one loop. 200, 206, 304; 403 bad or expired token, 404 not in the token's
/// package, 405, 416, 502 damaged at the origin, 503 origin away: all before a byte of the body;
/// later trouble aborts the connection, so that no short body passes for a whole one.
/// A slow client holds about http::Exchange::kBufferHigh bytes of extents.
class MediaHandler {
 public:
  /// Both must outlive it and every exchange it was given.
  MediaHandler(MediaEdge& edge, http::Loop& loop);

  /// `path` is a part of the exchange's request.
  void handle(std::shared_ptr<http::Exchange> exchange, const MediaPath& path);

 private:
  friend class MediaResponse;
  /// A package this loop has met, or null.
  PackagePtr known_package(const store::ObjectId& id);

  MediaEdge& edge_;
  http::Loop& loop_;
  ExtentView extents_;
  WeakIndex<store::ObjectId, PackageObjects> packages_;
  VerifiedTokens tokens_;
  unsigned package_hits_ = 0;
};

}  // namespace matinee::edge
