require "fileutils"

class Photos
  DIR = File.expand_path("uploads", __dir__)

  def save(id, upload)
    FileUtils.mkdir_p(DIR)
    IO.copy_stream(upload, File.join(DIR, "#{id}.jpg"))
  end

  def url(id)
    "/uploads/#{id}.jpg"
  end
end
