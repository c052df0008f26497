variable "image_digest" {
  type = string
  validation {
    condition = can(regex(
    "^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "Give a digest, not a tag."
  }
}

resource "aws_ecs_task_definition" "shop" {
  family = "shop"
  container_definitions = jsonencode([{
    name      = "shop"
    image     = "${var.repository}@${var.image_digest}"
    memory    = 512
    essential = true
  }])
}
