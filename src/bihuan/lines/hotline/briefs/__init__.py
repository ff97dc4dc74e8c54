"""Daily, weekly and monthly briefs of the hotline (日报、周报、月报): papers written from figures."""
