"""What the disc's tests share: that this folder stands on the path, so that the long ones find its helpers too."""
