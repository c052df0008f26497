require "vips"

class Thumbnail
  NEEDED = 8
  if Vips.version(0) < NEEDED
    abort "libvips #{NEEDED} or newer is needed in the image"
  end

  def self.make(source, target)
    Vips::Image.thumbnail(source, 200).write_to_file(target)
  end
end
