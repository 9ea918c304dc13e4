"""The days a site works: public holidays as published, and what the company sets against them (调休)."""
