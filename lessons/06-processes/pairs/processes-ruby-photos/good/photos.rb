require "aws-sdk-s3"

class Photos
  def initialize(bucket = ENV.fetch("PHOTO_BUCKET"))
    @bucket = Aws::S3::Bucket.new(bucket)
  end

  def save(id, upload)
    @bucket.object("#{id}.jpg")
           .put(body: upload, content_type: "image/jpeg")
  end

  def url(id)
    @bucket.object("#{id}.jpg")
           .presigned_url(:get, expires_in: 300)
  end
end
