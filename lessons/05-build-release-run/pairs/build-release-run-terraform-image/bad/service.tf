variable "image_tag" {
  type    = string
  default = "latest"
}

resource "aws_ecs_task_definition" "shop" {
  family = "shop"
  container_definitions = jsonencode([{
    name      = "shop"
    image     = "${var.repository}:${var.image_tag}"
    memory    = 512
    essential = true
  }])
}
